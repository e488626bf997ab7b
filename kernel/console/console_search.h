// The search in the history that Ctrl-R begins: a text being typed, and the line found. Draws nothing.
#ifndef KERNEL_CONSOLE_CONSOLE_SEARCH_H
#define KERNEL_CONSOLE_CONSOLE_SEARCH_H

#include "kernel/console/console_history.h"

enum { CONSOLE_SEARCH_TEXT = 40 };

// Starts as all zeroes.
struct console_search {
    bool is_on;
    uint32_t length;
    uint32_t back; // step of the line found; 0: none
    char text[CONSOLE_SEARCH_TEXT];
    char draft[CONSOLE_LINE_LENGTH]; // the line as it was before
};

void console_search_begin(struct console_search *search, const char *draft);

// A printable byte, backspace, or Ctrl-R; any other one ends the search.
bool console_search_takes(uint8_t byte);

// Takes such a byte. False: nothing was found by it, or there is no room; it changed
// nothing.
bool console_search_feed(struct console_search *search, const struct console_history *history, uint8_t byte);

// The line found; the draft when there is none.
const char *console_search_line(const struct console_search *search, const struct console_history *history);

// What is shown meanwhile: "search 'text': line".
void console_search_show(const struct console_search *search, const struct console_history *history,
                         char shown[CONSOLE_LINE_LENGTH]);

#endif
