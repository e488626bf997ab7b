// Formatted text without memory of its own: GNU-EFI's formatter allocates, cuts lines in half and checks no argument.
#ifndef BOOT_FORMAT_H
#define BOOT_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

// Of printf: %s %c %u %x %%, the sizes l and z, and for numbers a width and the flag 0. Anything else is printed as it
// stands. `text` (capacity at least 1) is always terminated, never overrun; the answer is the length that was written.
size_t format_list(char *text, size_t capacity, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
size_t format_text(char *text, size_t capacity, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
