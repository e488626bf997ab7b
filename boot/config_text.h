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
    bool truncated;          // there was more than fits
    bool is_foreign;         // bytes were found that are not plain ASCII text
    unsigned refused_line;   // the first line that was left out, counted from 1; 0: none
    const char *refused_why; // set with it
};

// A file's text, in ASCII, UTF-8 or UTF-16 of either order, with a byte order mark or without: `#` outside double
// quotes starts a comment that runs to the line's end, newlines and other control characters count as spaces, the text
// ends at a zero. Spaces outside quotes are folded into one. A line whose quote is not closed, or that has characters
// beyond ASCII outside its comment, is left out and remembered; the others count.
void config_text_from_file(const uint8_t *bytes, size_t size, struct config_text *text);

// Puts the words of `more` behind those of `text`.
void config_text_append(struct config_text *text, const struct config_text *more);

// Is this one of the words, outside quotes?
bool config_text_has_word(const struct config_text *text, const char *word);

// UEFI load options: UTF-16, or 8-bit text as some boot managers store it; the text ends at a zero. A first word that
// is the program's own name is dropped: always with `name_first` (a shell says so), else when it ends in ".efi" in any
// case. False, with empty text, when the bytes are not text (some firmware stores identifiers there) or no text is
// left.
bool config_text_from_load_options(const uint8_t *bytes, size_t size, bool name_first, struct config_text *text);

#endif
