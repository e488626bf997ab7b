// An output that folds lines: what reaches beyond column OUTPUT_FOLD_WIDTH goes on in further lines, from a blank on
// where there is one. A further line is indented to the line's last column of text: behind the last two blanks in a
// row.
#ifndef KERNEL_LIB_OUTPUT_FOLD_H
#define KERNEL_LIB_OUTPUT_FOLD_H

#include "kernel/lib/output.h"

enum {
    OUTPUT_FOLD_WIDTH = 79, // of 80: many terminals go on to the next line by themselves behind the last column
    OUTPUT_FOLD_LINE = 1024,
};

struct output_fold {
    struct output output;
    struct output *target;
    char line[OUTPUT_FOLD_LINE]; // a longer line is folded in pieces of this size
    size_t length;
};

// Binary bytes pass unchanged, after the text before them. Escape sequences take no columns. One writer at a time.
void output_fold_start(struct output_fold *fold, struct output *target);

// Writes an unfinished line, folded; its end stays open.
void output_fold_flush(struct output_fold *fold);

#endif
