// What a text screen shows: a grid of characters, a cursor, scrolling. Pure: it remembers what was drawn, so that only
// changed cells are drawn again and nothing is ever read back from the display.
#ifndef DRIVERS_SCREEN_TEXT_SCREEN_H
#define DRIVERS_SCREEN_TEXT_SCREEN_H

#include "kernel/lib/types.h"

struct text_screen {
    uint32_t columns;
    uint32_t rows;
    uint32_t column; // of the cursor; `columns` when the next character wraps
    uint32_t row;
    uint8_t *wanted;        // columns * rows characters, as they should stand
    uint8_t *shown;         // as they were drawn last
    uint32_t touched_first; // rows that may differ: from here
    uint32_t touched_end;   // up to before here
    enum { TEXT_SCREEN_PLAIN, TEXT_SCREEN_ESCAPE, TEXT_SCREEN_SEQUENCE } state;
    uint8_t parameter; // the last character of a sequence before its end
};

// `cells` holds 2 * columns * rows bytes and stays; at least one row and column. All cells start blank and count as
// drawn.
void text_screen_start(struct text_screen *screen, uint32_t columns, uint32_t rows, uint8_t *cells);

// Takes characters, \n \r \b \t, and of the ANSI sequences home (ESC [ H), clear from the cursor on (ESC [ J), clear
// all (ESC [ 2 J) and clear the rest of the line (ESC [ K); others are swallowed. At the bottom half the screen scrolls
// at once: a line of text then costs little more than drawing it.
void text_screen_write(struct text_screen *screen, const char *bytes, size_t length);

// Calls `draw` for every cell whose wanted character is not the shown one.
typedef void text_screen_draw(uint32_t column, uint32_t row, uint8_t character);
void text_screen_update(struct text_screen *screen, text_screen_draw *draw);

#endif
