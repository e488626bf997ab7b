// GNU-EFI in one place: the few functions of its library in use.

#include "boot/efi_library.h"

enum { KEY_POLL_MICROSECONDS = 50000, STATUS_LENGTH = 64 };

void efi_library_start(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    InitializeLib(image, system);
}

void efi_library_print(const char *text)
{
    for (; *text != '\0'; text++) {
        CHAR16 units[] = {(CHAR16)*text, 0, 0};
        if (*text == '\n') {
            units[0] = '\r';
            units[1] = '\n';
        }
        ST->ConOut->OutputString(ST->ConOut, units);
    }
}

void efi_library_ascii(const CHAR16 *wide, char *text, size_t capacity)
{
    size_t length = 0;
    for (; wide != NULL && wide[length] != 0 && length + 1 < capacity; length++)
        text[length] = wide[length] >= 0x20 && wide[length] < 0x7f ? (char)wide[length] : '?';
    text[length] = '\0';
}

const char *efi_library_status(EFI_STATUS status)
{
    static CHAR16 wide[STATUS_LENGTH];
    static char text[STATUS_LENGTH];
    StatusToString(wide, status);
    efi_library_ascii(wide, text, sizeof(text));
    return text;
}

void *efi_library_protocol(EFI_HANDLE handle, EFI_GUID *protocol)
{
    void *interface = NULL;
    if (handle == NULL || EFI_ERROR(BS->HandleProtocol(handle, protocol, &interface)))
        return NULL;
    return interface;
}

void *efi_library_table(EFI_GUID guid)
{
    void *table = NULL;
    return EFI_ERROR(LibGetSystemConfigurationTable(&guid, &table)) ? NULL : table;
}

void efi_library_path_text(EFI_DEVICE_PATH *path, CHAR16 *text, size_t capacity)
{
    text[0] = 0;
    CHAR16 *full = path == NULL ? NULL : DevicePathToStr(path);
    if (full == NULL)
        return;
    if (StrLen(full) < capacity)
        StrCpy(text, full);
    FreePool(full);
}

void efi_library_wait_key(unsigned seconds)
{
    EFI_INPUT_KEY key;
    for (unsigned i = 0; i < seconds * (1000000 / KEY_POLL_MICROSECONDS); i++) {
        if (ST->ConIn != NULL && !EFI_ERROR(ST->ConIn->ReadKeyStroke(ST->ConIn, &key)))
            return;
        BS->Stall(KEY_POLL_MICROSECONDS);
    }
}
