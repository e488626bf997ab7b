// Completing a word: what all that may stand there have in common, and a list of them.
#ifndef KERNEL_CONSOLE_CONSOLE_COMPLETE_H
#define KERNEL_CONSOLE_CONSOLE_COMPLETE_H

#include "kernel/console/console.h"

enum { CONSOLE_COMPLETE_SHOWN = 128 }; // a longer list ends in how many more there are

struct console_completion {
    uint32_t count;                   // of what may stand there
    char insert[CONSOLE_LINE_LENGTH]; // what all of them go on with behind what is typed
    bool is_whole;                    // there is one, and a blank may follow it
};

// For the word that ends at `cursor` of a line shorter than CONSOLE_LINE_LENGTH.
void console_complete(const char *line, uint32_t cursor, struct console_completion *completion);

// Prints them in rows under 100 columns.
void console_complete_list(const char *line, uint32_t cursor, struct output *out);

#endif
