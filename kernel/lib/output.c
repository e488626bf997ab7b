// The formatter behind every line of text, and the output that fills a buffer.

#include "kernel/lib/output.h"
#include "kernel/lib/memory.h"

// One conversion as written in the format.
struct conversion {
    bool left;      // '-'
    bool zero;      // '0'
    bool plus;      // '+'
    uint32_t width; // least characters
    int precision;  // negative: none given
    uint32_t bits;  // size of the integer argument; 0: int
    char kind;
};

// va_list is an array type on x86-64; wrapped in a structure, a pointer to it can be passed on.
struct arguments {
    va_list list;
};

// The digits of a number, most significant first.
struct digits {
    char text[20]; // 2^64 in decimal
    uint32_t count;
};

enum { WIDTH_LIMIT = 4096 }; // a larger width is taken as a programming error

static void write_repeated(struct output *out, char byte, uint32_t count)
{
    static const char spaces[] = "                                ";
    static const char zeros[] = "00000000000000000000000000000000";
    const char *source = byte == '0' ? zeros : spaces;

    while (count) {
        uint32_t part = count < sizeof(spaces) - 1 ? count : sizeof(spaces) - 1;
        out->write(out, source, part);
        count -= part;
    }
}

// Length of a text, at most `limit` (negative: no limit), so it need not be terminated.
static uint32_t text_length(const char *text, int limit)
{
    uint32_t length = 0;

    while ((limit < 0 || length < (uint32_t)limit) && text[length])
        length++;
    return length;
}

static void write_padded(struct output *out, const struct conversion *conversion, const char *text, uint32_t length)
{
    uint32_t padding = conversion->width > length ? conversion->width - length : 0;

    if (!conversion->left)
        write_repeated(out, ' ', padding);
    if (length)
        out->write(out, text, length);
    if (conversion->left)
        write_repeated(out, ' ', padding);
}

static struct digits digits_of(uint64_t value, uint32_t base, bool upper)
{
    const char *figures = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char backwards[sizeof(((struct digits *)0)->text)];
    struct digits digits = {.count = 0};

    do {
        backwards[digits.count++] = figures[value % base];
        value /= base;
    } while (value);
    for (uint32_t i = 0; i < digits.count; i++)
        digits.text[i] = backwards[digits.count - 1 - i];
    return digits;
}

// Sign or "0x", then zeros up to the precision or the width, then digits.
static void write_number(struct output *out, const struct conversion *conversion, const char *prefix,
                         struct digits digits)
{
    uint32_t prefix_length = text_length(prefix, -1);
    uint32_t zeros = 0;

    if (conversion->precision >= 0)
        zeros = (uint32_t)conversion->precision > digits.count ? (uint32_t)conversion->precision - digits.count : 0;
    else if (conversion->zero && !conversion->left && conversion->width > prefix_length + digits.count)
        zeros = conversion->width - prefix_length - digits.count;

    uint32_t length = prefix_length + zeros + digits.count;
    uint32_t padding = conversion->width > length ? conversion->width - length : 0;
    if (!conversion->left)
        write_repeated(out, ' ', padding);
    if (prefix_length)
        out->write(out, prefix, prefix_length);
    write_repeated(out, '0', zeros);
    if (digits.count)
        out->write(out, digits.text, digits.count);
    if (conversion->left)
        write_repeated(out, ' ', padding);
}

static uint64_t take_unsigned(const struct conversion *conversion, struct arguments *arguments)
{
    uint64_t value = conversion->bits == 64 ? va_arg(arguments->list, uint64_t) : va_arg(arguments->list, unsigned int);
    if (conversion->bits == 8)
        return (uint8_t)value;
    return conversion->bits == 16 ? (uint16_t)value : value;
}

static int64_t take_signed(const struct conversion *conversion, struct arguments *arguments)
{
    int64_t value = conversion->bits == 64 ? va_arg(arguments->list, int64_t) : va_arg(arguments->list, int);
    if (conversion->bits == 8)
        return (int8_t)value;
    return conversion->bits == 16 ? (int16_t)value : value;
}

// The value 0 with precision 0 has no digits (C11 7.21.6.1).
static void write_integer(struct output *out, const struct conversion *conversion, const char *prefix, uint64_t value,
                          uint32_t base)
{
    struct digits digits = digits_of(value, base, conversion->kind == 'X');
    if (!value && conversion->precision == 0)
        digits.count = 0;
    write_number(out, conversion, prefix, digits);
}

static void write_signed(struct output *out, const struct conversion *conversion, int64_t value)
{
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    write_integer(out, conversion, value < 0 ? "-" : conversion->plus ? "+" : "", magnitude, 10);
}

static void write_string(struct output *out, const struct conversion *conversion, const char *text)
{
    if (!text)
        text = "(null)";
    write_padded(out, conversion, text, text_length(text, conversion->precision));
}

static void write_character(struct output *out, const struct conversion *conversion, int character)
{
    char byte = (char)character;
    write_padded(out, conversion, &byte, 1);
}

static const char *read_flags(const char *at, struct conversion *conversion)
{
    for (;; at++) {
        if (*at == '-')
            conversion->left = true;
        else if (*at == '0')
            conversion->zero = true;
        else if (*at == '+')
            conversion->plus = true;
        else
            return at;
    }
}

static const char *read_count(const char *at, struct arguments *arguments, int *count)
{
    int value = 0;

    if (*at == '*') {
        *count = va_arg(arguments->list, int);
        return at + 1;
    }
    for (; *at >= '0' && *at <= '9'; at++)
        value = value < WIDTH_LIMIT ? value * 10 + (*at - '0') : WIDTH_LIMIT;
    *count = value;
    return at;
}

static int clamp_count(int count)
{
    return count < WIDTH_LIMIT ? count : WIDTH_LIMIT;
}

static const char *read_width(const char *at, struct arguments *arguments, struct conversion *conversion)
{
    int width;

    at = read_count(at, arguments, &width);
    if (width < 0) {
        conversion->left = true;
        width = width < -WIDTH_LIMIT ? WIDTH_LIMIT : -width;
    }
    conversion->width = (uint32_t)clamp_count(width);
    return at;
}

static const char *read_precision(const char *at, struct arguments *arguments, struct conversion *conversion)
{
    int precision = -1;

    if (*at == '.')
        at = read_count(at + 1, arguments, &precision);
    conversion->precision = clamp_count(precision);
    return at;
}

// long, long long, size_t and intmax_t are all 64 bits wide here.
static const char *read_size(const char *at, struct conversion *conversion)
{
    if (*at == 'h') {
        conversion->bits = at[1] == 'h' ? 8 : 16;
        return at + (at[1] == 'h' ? 2 : 1);
    }
    while (*at == 'l' || *at == 'z' || *at == 'j') {
        conversion->bits = 64;
        at++;
    }
    return at;
}

// False: unknown conversion, no argument taken.
static bool write_conversion(struct output *out, const struct conversion *conversion, struct arguments *arguments)
{
    switch (conversion->kind) {
    case 'd':
    case 'i':
        write_signed(out, conversion, take_signed(conversion, arguments));
        return true;
    case 'u':
        write_integer(out, conversion, "", take_unsigned(conversion, arguments), 10);
        return true;
    case 'x':
    case 'X':
        write_integer(out, conversion, "", take_unsigned(conversion, arguments), 16);
        return true;
    case 'p':
        write_integer(out, conversion, "0x", (uintptr_t)va_arg(arguments->list, void *), 16);
        return true;
    case 's':
        write_string(out, conversion, va_arg(arguments->list, const char *));
        return true;
    case 'c':
        write_character(out, conversion, va_arg(arguments->list, int));
        return true;
    case '%':
        out->write(out, "%", 1);
        return true;
    default:
        return false;
    }
}

// `start` points at the '%'. Returns the first character after the conversion.
static const char *format_conversion(struct output *out, const char *start, struct arguments *arguments)
{
    struct conversion conversion = {.precision = -1};
    const char *at = read_flags(start + 1, &conversion);

    at = read_width(at, arguments, &conversion);
    at = read_precision(at, arguments, &conversion);
    at = read_size(at, &conversion);
    conversion.kind = *at;
    if (conversion.kind)
        at++;
    if (!write_conversion(out, &conversion, arguments))
        out->write(out, start, (size_t)(at - start));
    return at;
}

void output_format(struct output *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    output_format_list(out, format, arguments);
    va_end(arguments);
}

void output_format_list(struct output *out, const char *format, va_list list)
{
    struct arguments arguments;

    va_copy(arguments.list, list);
    while (*format) {
        const char *plain = format;
        while (*format && *format != '%')
            format++;
        if (format != plain)
            out->write(out, plain, (size_t)(format - plain));
        if (*format)
            format = format_conversion(out, format, &arguments);
    }
    va_end(arguments.list);
}

bool output_binary(struct output *out, const void *bytes, size_t length)
{
    return out->write_binary && out->write_binary(out, bytes, length);
}

static void buffer_write(struct output *self, const char *bytes, size_t length)
{
    struct output_buffer *buffer = CONTAINER_OF(self, struct output_buffer, output);
    size_t room = buffer->length + 1 < buffer->capacity ? buffer->capacity - buffer->length - 1 : 0;
    size_t taken = length < room ? length : room;

    if (taken) {
        memcpy(buffer->bytes + buffer->length, bytes, taken);
        buffer->bytes[buffer->length + taken] = '\0';
    }
    buffer->length += length;
}

void output_buffer_start(struct output_buffer *buffer, char *bytes, size_t capacity)
{
    *buffer = (struct output_buffer){.output.write = buffer_write, .bytes = bytes, .capacity = capacity};
    if (capacity)
        bytes[0] = '\0';
}

size_t format_text_list(char *bytes, size_t capacity, const char *format, va_list list)
{
    struct output_buffer buffer;

    output_buffer_start(&buffer, bytes, capacity);
    output_format_list(&buffer.output, format, list);
    return buffer.length;
}

size_t format_text(char *bytes, size_t capacity, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    size_t length = format_text_list(bytes, capacity, format, arguments);
    va_end(arguments);
    return length;
}
