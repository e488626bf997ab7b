// An output that hands whole lines on: what several writers share is then never mixed within a line.
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

// Binary bytes pass between two lines, or in the middle of one. A line longer than `capacity` goes out in pieces. One
// writer at a time.
void output_lines_start(struct output_lines *lines, struct output *target, char *bytes, size_t capacity);

// Hands on an unfinished line: a prompt, an echoed character.
void output_lines_flush(struct output_lines *lines);

// Ends an unfinished line, if there is one.
void output_lines_finish(struct output_lines *lines);

#endif
