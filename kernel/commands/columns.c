// What the tables of several commands share.

#include "kernel/commands/columns.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/memory.h"

enum { COLUMNS_TEXT = 41 };

void columns_start(struct columns *columns, struct output *out, uint32_t indent)
{
    *columns = (struct columns){out, indent, indent};
}

void columns_add(struct columns *columns, const char *format, ...)
{
    char text[COLUMNS_TEXT];
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_text_list(text, sizeof(text), format, arguments);
    va_end(arguments);

    uint32_t width = 1 + (uint32_t)length;
    if (columns->column + width > COLUMNS_LIMIT) {
        output_format(columns->out, "\n%*s", (int)columns->indent, "");
        columns->column = columns->indent;
    }
    output_format(columns->out, " %s", text);
    columns->column += width;
}

void columns_end(struct columns *columns, const char *none)
{
    output_format(columns->out, "%s%s\n", columns->column == columns->indent ? " " : "",
                  columns->column == columns->indent ? none : "");
}

// How much of the text fits in so many columns: up to a blank if it has one.
static size_t columns_fitting(const char *text, size_t columns)
{
    size_t length = strlen(text);
    if (length <= columns)
        return length;
    for (size_t end = columns; end > 0; end--)
        if (text[end] == ' ')
            return end;
    return columns;
}

void columns_print(struct output *out, uint32_t indent, const char *text)
{
    for (;;) {
        size_t length = columns_fitting(text, COLUMNS_LIMIT - indent);
        output_format(out, "%.*s\n", (int)length, text);
        text += length;
        while (*text == ' ')
            text++;
        if (*text == '\0')
            return;
        output_format(out, "%*s", (int)indent, "");
    }
}

const char *columns_driver(const struct device *device)
{
    return device->driver ? device->driver->name : "-";
}
