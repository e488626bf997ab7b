// The line editor: bytes in, echo out, a whole line at the end. Knows backspace, the arrow keys, Home, End, Delete,
// Page Up and Page Down, which scroll the screen, Ctrl-A C D E H K L N P R U W, Alt-B and F, a history, and Tab; every
// other control byte is ignored. Ctrl-R searches the history for what is typed next, Ctrl-R again for an older line;
// any other key takes the line found, Ctrl-G the one before. A byte that does not fit or is not ASCII rings the bell
// and is dropped; a line with dropped bytes is not run, but is kept in the history.
#ifndef KERNEL_CONSOLE_CONSOLE_LINE_H
#define KERNEL_CONSOLE_CONSOLE_LINE_H

#include "kernel/console/console_complete.h"
#include "kernel/console/console_history.h"
#include "kernel/console/console_search.h"

struct console_line {
    struct output *out;
    const char *prompt;
    char text[CONSOLE_LINE_LENGTH]; // always terminated
    uint32_t length;
    uint32_t cursor;  // 0..length
    uint32_t dropped; // bytes typed and dropped
    enum { CONSOLE_LINE_PLAIN, CONSOLE_LINE_ESCAPE, CONSOLE_LINE_SEQUENCE } state;
    uint32_t parameter; // first number of the sequence
    bool parameter_done;
    bool after_return; // ignore a LF: it belongs to the CR before it
    bool after_tab;    // another Tab lists the completions
    struct console_history history;
    struct console_search search;
};

// Prints the prompt. `prompt` must stay valid.
void console_line_start(struct console_line *line, struct output *out, const char *prompt);

// Takes one byte. True when it ended the line: `text` is valid until console_line_next().
bool console_line_feed(struct console_line *line, uint8_t byte);

// An empty line and a new prompt.
void console_line_next(struct console_line *line);

#endif
