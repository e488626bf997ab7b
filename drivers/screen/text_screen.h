// What a text screen shows: a grid of characters, a cursor, scrolling, and what was scrolled off. Pure: it remembers
// what was drawn, so that only changed cells are drawn again and nothing is ever read back from the display.
#ifndef DRIVERS_SCREEN_TEXT_SCREEN_H
#define DRIVERS_SCREEN_TEXT_SCREEN_H

#include "drivers/screen/text_cell.h"

enum { TEXT_SCREEN_MARKER = 48 };

struct text_screen {
    uint32_t columns;
    uint32_t rows;
    uint32_t depth;  // rows in `lines`: those of the screen and those scrolled off
    uint32_t column; // of the cursor; `columns` when the next character wraps
    uint32_t row;
    struct text_cell *lines; // depth rows of text, a ring
    struct text_cell *shown; // rows * columns cells, as they were drawn last
    uint32_t top;            // in the ring: the screen's first row
    uint32_t kept;           // rows before it that were scrolled off and are kept
    uint32_t back;           // rows that the view is scrolled back
    int32_t line_row;        // where the line at the cursor begins; negative: scrolled off
    uint8_t look;            // of the next character, set by a sequence
    bool is_styled;          // a sequence chose the looks of this line, so its words do not
    uint32_t touched_first;  // rows of the view that may differ from `shown`: from here
    uint32_t touched_end;    // up to before here
    enum { TEXT_SCREEN_PLAIN, TEXT_SCREEN_ESCAPE, TEXT_SCREEN_SEQUENCE, TEXT_SCREEN_SIZE } state;
    uint32_t parameter;              // the number in a sequence that was read last
    char marker[TEXT_SCREEN_MARKER]; // last row of a view that is scrolled back
};

// `cells` holds (depth + rows) * columns cells and stays; at least one row and column, depth at least `rows`. All
// cells start blank and count as drawn.
void text_screen_start(struct text_screen *screen, uint32_t columns, uint32_t rows, uint32_t depth,
                       struct text_cell *cells);

// Takes characters, \n \r \b \t, and of the control sequences (ECMA-48, VT100):
//   ESC [ H             home                  ESC [ n m   n = 0 plain, 2 dim, 7 inverse, 31 bad, 32 good, 33 warning
//   ESC [ J, ESC [ 2 J  clear from the        ESC # 3, 4  this line is the upper, lower half of one in double size
//                       cursor on, clear all  ESC [ n T   scroll the view n rows back; no n: a screen less one row
//   ESC [ K             clear the line's rest ESC [ n S   scroll it forth again
// Others are swallowed. A line without a sequence for its looks gets those of drivers/screen/text_ink.h. At the bottom
// a quarter of the screen scrolls at once, which divides the cost of drawing all of it by so many lines. All but T and
// S ends a view that is scrolled back.
void text_screen_write(struct text_screen *screen, const char *bytes, size_t length);

// Calls `draw` for every cell whose wanted look or character is not the shown one. The cursor's cell is inverse.
typedef void text_screen_draw(uint32_t column, uint32_t row, struct text_cell cell);
void text_screen_update(struct text_screen *screen, text_screen_draw *draw);

#endif
