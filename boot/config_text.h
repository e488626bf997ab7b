// The kernel's command line as plain text, from the forms it comes in. Pure: bytes in, text out.
#ifndef BOOT_CONFIG_TEXT_H
#define BOOT_CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONFIG_TEXT_CAPACITY = 2048 };

struct config_text {
    char bytes[CONFIG_TEXT_CAPACITY]; // not terminated
    size_t length;
    bool truncated;  // there was more than fits
    bool is_foreign; // bytes were found that are not plain ASCII text
};

// A file's text: `#` outside double quotes starts a comment that runs to the line's end, newlines and other control
// characters count as spaces, a UTF-8 byte order mark is skipped, the text ends at a zero byte. Spaces outside quotes
// are folded into one.
void config_text_from_file(const uint8_t *bytes, size_t size, struct config_text *text);

// UEFI load options: UTF-16, or 8-bit text as some boot managers store it; the text ends at a zero. A first word that
// is the program's own name is dropped: always with `name_first` (a shell says so), else when it ends in ".efi" in any
// case. False, with empty text, when the bytes are not text (some firmware stores identifiers there) or no text is
// left.
bool config_text_from_load_options(const uint8_t *bytes, size_t size, bool name_first, struct config_text *text);

#endif
