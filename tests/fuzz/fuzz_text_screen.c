// Any bytes on the text screen: every cell is drawn inside it, and what was drawn is what stands there.
// sources: drivers/screen/text_screen.c drivers/screen/text_ink.c

#include "drivers/screen/text_screen.h"
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 20, ROWS = 5, DEPTH = 12, PIECE = 16 };

static struct text_cell drawn[ROWS][COLUMNS];
static struct text_screen screen;

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void draw(uint32_t column, uint32_t row, struct text_cell cell)
{
    require(column < COLUMNS && row < ROWS && (cell.look & TEXT_INK_MASK) < TEXT_INK_COUNT);
    drawn[row][column] = cell;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct text_cell blank = {' ', TEXT_INK_PLAIN};
    size_t cells = (size_t)COLUMNS * (DEPTH + ROWS);
    struct text_cell *memory = malloc(cells * sizeof(*memory));

    for (uint32_t i = 0; i < ROWS * COLUMNS; i++)
        drawn[i / COLUMNS][i % COLUMNS] = blank;
    text_screen_start(&screen, COLUMNS, ROWS, DEPTH, memory);
    text_screen_write(&screen, "", 0); // the cursor
    text_screen_update(&screen, draw);
    while (length) {
        size_t piece = length < PIECE ? length : PIECE;
        text_screen_write(&screen, (const char *)bytes, piece);
        text_screen_update(&screen, draw);
        require(screen.row < ROWS && screen.column <= COLUMNS && screen.back <= screen.kept &&
                screen.kept <= DEPTH - ROWS);
        bytes += piece;
        length -= piece;
    }
    // Nothing that changed was left undrawn.
    screen.touched_first = 0;
    screen.touched_end = ROWS;
    struct text_cell before[ROWS][COLUMNS];
    memcpy(before, drawn, sizeof(drawn));
    text_screen_update(&screen, draw);
    require(memcmp(before, drawn, sizeof(drawn)) == 0);
    free(memory);
    return 0;
}
