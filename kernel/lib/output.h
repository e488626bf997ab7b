// The interface of text outputs (serial ports, log ring, buffers, command output), and formatting.
#ifndef KERNEL_LIB_OUTPUT_H
#define KERNEL_LIB_OUTPUT_H

#include "kernel/lib/types.h"
#include <stdarg.h>

struct output {
    // Takes `length` bytes, all of them. Lines end in '\n' here; only a serial port turns that into CR LF.
    void (*write)(struct output *self, const char *bytes, size_t length);

    // Takes `length` binary bytes, unchanged. NULL, or false: this output carries text only. PASSIVE.
    bool (*write_binary)(struct output *self, const void *bytes, size_t length);
};

// Writes binary bytes in one call; false: the output carries text only. PASSIVE.
bool output_binary(struct output *out, const void *bytes, size_t length);

// printf's %% %c %s %d %i %u %x %X %p with flags - 0 +, width, precision, * and the sizes hh h l ll z j. No floating
// point. Unknown conversions are printed unchanged. IRQL: as the output's write().
void output_format(struct output *out, const char *format, ...) PRINTF_LIKE(2, 3);
void output_format_list(struct output *out, const char *format, va_list arguments);

// An output into a fixed buffer: terminated, cut at its capacity; `length` is the uncut length.
struct output_buffer {
    struct output output;
    char *bytes;
    size_t capacity;
    size_t length;
};
void output_buffer_start(struct output_buffer *buffer, char *bytes, size_t capacity);

// As snprintf, with the conversions of output_format().
size_t format_text(char *bytes, size_t capacity, const char *format, ...) PRINTF_LIKE(3, 4);
size_t format_text_list(char *bytes, size_t capacity, const char *format, va_list list);

#endif
