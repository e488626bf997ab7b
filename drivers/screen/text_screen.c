// What a text screen shows: a grid of characters, a cursor, scrolling.

#include "drivers/screen/text_screen.h"
#include "kernel/lib/memory.h"

enum { TEXT_SCREEN_TAB = 8, TEXT_SCREEN_ESC = 0x1b, TEXT_SCREEN_JUMP = 2 };

// Rows that may hold changed cells.
static void text_screen_touch(struct text_screen *screen, uint32_t first, uint32_t end)
{
    if (first < screen->touched_first)
        screen->touched_first = first;
    if (end > screen->touched_end)
        screen->touched_end = end;
}

static void text_screen_blank(struct text_screen *screen, uint32_t first_row)
{
    memset(screen->wanted + (size_t)first_row * screen->columns, ' ',
           (size_t)(screen->rows - first_row) * screen->columns);
    text_screen_touch(screen, first_row, screen->rows);
}

static void text_screen_scroll(struct text_screen *screen)
{
    uint32_t jump = screen->rows / TEXT_SCREEN_JUMP;
    if (jump == 0)
        jump = 1;
    memmove(screen->wanted, screen->wanted + (size_t)jump * screen->columns,
            (size_t)(screen->rows - jump) * screen->columns);
    text_screen_blank(screen, screen->rows - jump);
    text_screen_touch(screen, 0, screen->rows);
    screen->row = screen->rows - jump;
}

static void text_screen_line_feed(struct text_screen *screen)
{
    screen->column = 0;
    screen->row++;
    if (screen->row >= screen->rows)
        text_screen_scroll(screen);
}

static void text_screen_put(struct text_screen *screen, uint8_t character)
{
    if (screen->column >= screen->columns)
        text_screen_line_feed(screen);
    screen->wanted[(size_t)screen->row * screen->columns + screen->column] = character;
    screen->column++;
    text_screen_touch(screen, screen->row, screen->row + 1);
}

static void text_screen_control(struct text_screen *screen, uint8_t byte)
{
    switch (byte) {
    case '\n':
        text_screen_line_feed(screen);
        break;
    case '\r':
        screen->column = 0;
        break;
    case '\b':
        screen->column -= screen->column != 0;
        break;
    case '\t':
        do
            text_screen_put(screen, ' ');
        while (screen->column % TEXT_SCREEN_TAB && screen->column < screen->columns);
        break;
    case TEXT_SCREEN_ESC:
        screen->state = TEXT_SCREEN_ESCAPE;
        break;
    default:
        break;
    }
}

static void text_screen_blank_line(struct text_screen *screen)
{
    if (screen->column < screen->columns)
        memset(screen->wanted + (size_t)screen->row * screen->columns + screen->column, ' ',
               screen->columns - screen->column);
    text_screen_touch(screen, screen->row, screen->row + 1);
}

// ECMA-48: CUP, ED and EL, without parameters but ED's 2.
static void text_screen_sequence_end(struct text_screen *screen, uint8_t byte)
{
    if (byte == 'H') {
        screen->column = 0;
        screen->row = 0;
    } else if (byte == 'J') {
        text_screen_blank_line(screen);
        text_screen_blank(screen, screen->parameter == '2' ? 0 : screen->row + 1);
    } else if (byte == 'K') {
        text_screen_blank_line(screen);
    }
}

static void text_screen_sequence(struct text_screen *screen, uint8_t byte)
{
    if (byte < '@') {
        screen->parameter = byte;
        return;
    }
    screen->state = TEXT_SCREEN_PLAIN;
    text_screen_sequence_end(screen, byte);
}

static void text_screen_take(struct text_screen *screen, uint8_t byte)
{
    if (byte < ' ' || byte == 0x7f) {
        screen->state = TEXT_SCREEN_PLAIN;
        text_screen_control(screen, byte);
    } else if (screen->state == TEXT_SCREEN_ESCAPE) {
        screen->state = byte == '[' ? TEXT_SCREEN_SEQUENCE : TEXT_SCREEN_PLAIN;
        screen->parameter = 0;
    } else if (screen->state == TEXT_SCREEN_SEQUENCE) {
        text_screen_sequence(screen, byte);
    } else {
        text_screen_put(screen, byte);
    }
}

void text_screen_start(struct text_screen *screen, uint32_t columns, uint32_t rows, uint8_t *cells)
{
    size_t count = (size_t)columns * rows;
    *screen = (struct text_screen){
        .columns = columns, .rows = rows, .wanted = cells, .shown = cells + count, .touched_first = rows};
    memset(cells, ' ', 2 * count);
}

void text_screen_write(struct text_screen *screen, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        text_screen_take(screen, (uint8_t)bytes[i]);
}

void text_screen_update(struct text_screen *screen, text_screen_draw *draw)
{
    size_t cell = (size_t)screen->touched_first * screen->columns;
    for (uint32_t row = screen->touched_first; row < screen->touched_end; row++) {
        for (uint32_t column = 0; column < screen->columns; column++, cell++) {
            uint8_t wanted = screen->wanted[cell];
            if (screen->shown[cell] == wanted)
                continue;
            screen->shown[cell] = wanted;
            draw(column, row, wanted);
        }
    }
    screen->touched_first = screen->rows;
    screen->touched_end = 0;
}
