// The lines typed before, newest last. Stepping through them keeps the line being typed.
#ifndef KERNEL_CONSOLE_CONSOLE_HISTORY_H
#define KERNEL_CONSOLE_CONSOLE_HISTORY_H

#include "kernel/console/console.h"

enum { CONSOLE_HISTORY_LINES = 16 };

// Starts as all zeroes.
struct console_history {
    char lines[CONSOLE_HISTORY_LINES][CONSOLE_LINE_LENGTH];
    uint32_t added; // lines ever added; the ring keeps the newest
    uint32_t back;  // steps back: 0 at the line being typed, 1 at the newest kept
    char draft[CONSOLE_LINE_LENGTH];
};

// Adds a line and returns to step 0; an empty line or a repetition of the newest is not added. `line` is shorter than
// CONSOLE_LINE_LENGTH.
void console_history_add(struct console_history *history, const char *line);

// One step older or newer; NULL at the end. `draft` is the line being typed, saved at the first step.
const char *console_history_older(struct console_history *history, const char *draft);
const char *console_history_newer(struct console_history *history);

// The newest line with that text in it, more than `back` steps old; returns its step, 0 when there is none.
uint32_t console_history_find(const struct console_history *history, const char *text, uint32_t back);

// The line of a step that console_history_find() returned.
const char *console_history_line(const struct console_history *history, uint32_t back);

#endif
