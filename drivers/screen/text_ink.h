// The ink of a console line, by its first words. Pure.
#ifndef DRIVERS_SCREEN_TEXT_INK_H
#define DRIVERS_SCREEN_TEXT_INK_H

#include "drivers/screen/text_cell.h"

enum { TEXT_INK_LOOKS_AT = 64 }; // characters of a line that can matter

struct text_ink {
    uint32_t prefix_length; // characters in the ink `prefix`; `rest` is the ink of those behind them
    uint8_t prefix;         // enum text_look
    uint8_t rest;
};

// `line` is the first `length` characters of a line. A log line's time is dim, its text by its level; "error: ",
// "panic: " and a failed check are bad, a skipped one is dim, the verdict in front of a passed one is good.
struct text_ink text_ink_of(const char *line, size_t length);

#endif
