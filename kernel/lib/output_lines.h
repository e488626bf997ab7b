// An output that passes on whole lines, so that lines of several writers to one target do not mix.
#ifndef KERNEL_LIB_OUTPUT_LINES_H
#define KERNEL_LIB_OUTPUT_LINES_H

#include "kernel/lib/output.h"

struct output_lines {
    struct output output;
    struct output *target; // NULL: bytes are dropped
    char *bytes;
    size_t capacity;
    size_t length;
    bool at_line_start;
};

// Binary bytes are passed on at once, after the text before them. A line longer than `capacity` is written in pieces.
// One writer at a time.
void output_lines_start(struct output_lines *lines, struct output *target, char *bytes, size_t capacity);

// Writes an unfinished line, such as a prompt or an echoed character.
void output_lines_flush(struct output_lines *lines);

// Ends an unfinished line, if there is one.
void output_lines_finish(struct output_lines *lines);

#endif
