// Buffers text up to the end of a line and writes the line to the target in one call.

#include "kernel/lib/output_lines.h"

static void output_lines_put(struct output_lines *lines, char byte)
{
    if (lines->length == lines->capacity)
        output_lines_flush(lines);
    lines->bytes[lines->length++] = byte;
    lines->at_line_start = byte == '\n';
    if (lines->at_line_start)
        output_lines_flush(lines);
}

static void output_lines_write(struct output *self, const char *bytes, size_t length)
{
    struct output_lines *lines = CONTAINER_OF(self, struct output_lines, output);
    for (size_t i = 0; i < length; i++)
        output_lines_put(lines, bytes[i]);
}

// Buffered text first, to keep the order.
static bool output_lines_write_binary(struct output *self, const void *bytes, size_t length)
{
    struct output_lines *lines = CONTAINER_OF(self, struct output_lines, output);
    output_lines_flush(lines);
    return lines->target && output_binary(lines->target, bytes, length);
}

void output_lines_start(struct output_lines *lines, struct output *target, char *bytes, size_t capacity)
{
    *lines = (struct output_lines){
        .output.write = output_lines_write,
        .output.write_binary = output_lines_write_binary,
        .target = target,
        .bytes = bytes,
        .capacity = capacity,
        .at_line_start = true,
    };
}

void output_lines_flush(struct output_lines *lines)
{
    if (lines->target && lines->length)
        lines->target->write(lines->target, lines->bytes, lines->length);
    lines->length = 0;
}

void output_lines_finish(struct output_lines *lines)
{
    if (!lines->at_line_start)
        output_lines_put(lines, '\n');
}
