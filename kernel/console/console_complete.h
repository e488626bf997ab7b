// Completes a word: the common beginning of all completions, and a list of them.
#ifndef KERNEL_CONSOLE_CONSOLE_COMPLETE_H
#define KERNEL_CONSOLE_CONSOLE_COMPLETE_H

#include "kernel/console/console.h"

enum { CONSOLE_COMPLETE_SHOWN = 128 }; // a longer list ends with the number of the rest

struct console_completion {
    uint32_t count;                   // completions
    char insert[CONSOLE_LINE_LENGTH]; // common continuation of the typed word
    bool is_whole;                    // exactly one completion, and a blank may follow
};

// For the word that ends at `cursor` of a line shorter than CONSOLE_LINE_LENGTH.
void console_complete(const char *line, uint32_t cursor, struct console_completion *completion);

// Prints them in rows under 100 columns.
void console_complete_list(const char *line, uint32_t cursor, struct output *out);

#endif
