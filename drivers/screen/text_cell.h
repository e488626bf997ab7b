// One character of the screen, and how it looks.
#ifndef DRIVERS_SCREEN_TEXT_CELL_H
#define DRIVERS_SCREEN_TEXT_CELL_H

#include "kernel/lib/types.h"

// An ink, and what may be added to it. A character of double size is four cells, one a quarter.
enum text_look {
    TEXT_INK_PLAIN,
    TEXT_INK_GOOD,
    TEXT_INK_WARNING,
    TEXT_INK_BAD,
    TEXT_INK_DIM,
    TEXT_INK_COUNT,
    TEXT_INK_MASK = 0x07,
    TEXT_INVERSE = 0x08, // paper on ink
    TEXT_BIG = 0x10,     // a quarter of a character of double size:
    TEXT_RIGHT = 0x20,   // of its right half
    TEXT_LOWER = 0x40,   // of its lower half
};

struct text_cell {
    uint8_t character;
    uint8_t look; // enum text_look
};

#endif
