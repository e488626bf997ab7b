// Formatted text without memory of its own.

#include "boot/format.h"
#include <stdbool.h>
#include <stdint.h>

enum { NUMBER_LENGTH = 20 }; // 2^64 in decimal

struct line {
    char *text;
    size_t capacity;
    size_t length;
};

// One conversion: what stands between '%' and its letter.
struct conversion {
    bool zeros;
    bool is_long;
    size_t width;
    char letter;
};

static void line_append(struct line *line, char c)
{
    if (line->length + 1 < line->capacity)
        line->text[line->length++] = c;
}

static void line_append_text(struct line *line, const char *text)
{
    while (*text != '\0')
        line_append(line, *text++);
}

static void line_append_number(struct line *line, uint64_t value, unsigned base, const struct conversion *conversion)
{
    char digits[NUMBER_LENGTH];
    size_t count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    for (size_t i = count; i < conversion->width; i++)
        line_append(line, conversion->zeros ? '0' : ' ');
    while (count > 0)
        line_append(line, digits[--count]);
}

// Reads a conversion behind its '%' and answers where its letter stands.
static const char *conversion_read(const char *format, struct conversion *conversion)
{
    *conversion = (struct conversion){.zeros = *format == '0'};
    while (*format >= '0' && *format <= '9')
        conversion->width = conversion->width * 10 + (size_t)(*format++ - '0');
    while (*format == 'l' || *format == 'z') {
        conversion->is_long = true;
        format++;
    }
    conversion->letter = *format;
    return format;
}

// The list is passed by address, because reading an argument must move it for the caller too.
struct arguments {
    va_list list;
};

static uint64_t argument_number(struct arguments *arguments, const struct conversion *conversion)
{
    return conversion->is_long ? va_arg(arguments->list, uint64_t) : va_arg(arguments->list, unsigned);
}

// False for a letter that is no conversion; then nothing was written or read.
static bool conversion_append(struct line *line, const struct conversion *conversion, struct arguments *arguments)
{
    switch (conversion->letter) {
    case 's':
        line_append_text(line, va_arg(arguments->list, const char *));
        return true;
    case 'c':
        line_append(line, (char)va_arg(arguments->list, int));
        return true;
    case 'u':
        line_append_number(line, argument_number(arguments, conversion), 10, conversion);
        return true;
    case 'x':
        line_append_number(line, argument_number(arguments, conversion), 16, conversion);
        return true;
    case '%':
        line_append(line, '%');
        return true;
    default:
        return false;
    }
}

size_t format_list(char *text, size_t capacity, const char *format, va_list list)
{
    struct line line = {text, capacity, 0};
    struct arguments arguments;
    va_copy(arguments.list, list);
    for (; *format != '\0'; format++) {
        struct conversion conversion;
        const char *letter = *format == '%' ? conversion_read(format + 1, &conversion) : format;
        if (*format == '%' && conversion_append(&line, &conversion, &arguments))
            format = letter;
        else
            line_append(&line, *format);
    }
    va_end(arguments.list);
    line.text[line.length] = '\0';
    return line.length;
}

size_t format_text(char *text, size_t capacity, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    size_t length = format_list(text, capacity, format, list);
    va_end(list);
    return length;
}
