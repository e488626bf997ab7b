// GNU-EFI in one place: its headers, which move between releases, and the few functions of its library in use.
#ifndef BOOT_EFI_LIBRARY_H
#define BOOT_EFI_LIBRARY_H

#include <efi.h>
#include <efilib.h>
#include <stdbool.h>
#include <stddef.h>

// Gives the library its tables. Once, first of all; afterwards BS, ST and RT are set.
void efi_library_start(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

// ASCII text to the firmware's console; a newline becomes CR LF.
void efi_library_print(const char *text);

// UTF-16 text as ASCII, always terminated, truncated to fit; a character outside ASCII becomes `?`.
void efi_library_ascii(const CHAR16 *wide, char *text, size_t capacity);

// The name of a status, as text that the next call overwrites.
const char *efi_library_status(EFI_STATUS status);

// The protocol of this handle, or NULL.
void *efi_library_protocol(EFI_HANDLE handle, EFI_GUID *protocol);

// The vendor table the firmware published under this GUID, or NULL.
void *efi_library_table(EFI_GUID guid);

// The file that a device path names, its nodes joined by backslashes (UEFI 2.10, 10.3.5.4), cut to fit; "" when there
// is none.
void efi_library_path_text(const EFI_DEVICE_PATH *path, CHAR16 *text, size_t capacity);

// Waits for a key or `seconds`, whichever is first; false: none came. Needs no event, so it works after a failed
// ExitBootServices too.
bool efi_library_read_key(unsigned seconds, EFI_INPUT_KEY *key);

#endif
