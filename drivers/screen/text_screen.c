// What a text screen shows: a grid of characters, a cursor, scrolling, and what was scrolled off.

#include "drivers/screen/text_screen.h"
#include "drivers/screen/text_ink.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output.h"

enum { TEXT_SCREEN_TAB = 8, TEXT_SCREEN_ESC = 0x1b, TEXT_SCREEN_JUMP = 4, TEXT_SCREEN_PARAMETER_LIMIT = 1000 };

static const struct text_cell blank = {' ', TEXT_INK_PLAIN};

// `row` counts from the screen's first; negative rows were scrolled off, -kept at least.
static struct text_cell *text_screen_row(const struct text_screen *screen, int32_t row)
{
    uint32_t index = (screen->top + screen->depth + (uint32_t)row) % screen->depth;
    return screen->lines + (size_t)index * screen->columns;
}

// Rows that may hold changed cells.
static void text_screen_touch(struct text_screen *screen, uint32_t first, uint32_t end)
{
    if (first < screen->touched_first)
        screen->touched_first = first;
    if (end > screen->touched_end)
        screen->touched_end = end;
}

static void text_screen_touch_all(struct text_screen *screen)
{
    text_screen_touch(screen, 0, screen->rows);
}

static void text_screen_fill(struct text_screen *screen, uint32_t row, uint32_t column)
{
    struct text_cell *cells = text_screen_row(screen, (int32_t)row);
    for (; column < screen->columns; column++)
        cells[column] = blank;
    text_screen_touch(screen, row, row + 1);
}

static void text_screen_blank(struct text_screen *screen, uint32_t first_row)
{
    for (uint32_t row = first_row; row < screen->rows; row++)
        text_screen_fill(screen, row, 0);
}

static void text_screen_scroll(struct text_screen *screen)
{
    uint32_t jump = screen->rows / TEXT_SCREEN_JUMP;
    if (jump == 0)
        jump = 1;
    screen->top = (screen->top + jump) % screen->depth;
    screen->kept =
        screen->kept + jump < screen->depth - screen->rows ? screen->kept + jump : screen->depth - screen->rows;
    screen->row = screen->rows - jump;
    screen->line_row -= (int32_t)jump;
    text_screen_blank(screen, screen->row);
    text_screen_touch_all(screen);
}

// Gives the cells from the line's first up to the cursor the inks that its words ask for.
static void text_screen_ink(struct text_screen *screen)
{
    char words[TEXT_INK_LOOKS_AT];
    uint32_t length = 0;

    if (screen->is_styled || screen->line_row < -(int32_t)screen->kept)
        return;
    const struct text_cell *first = text_screen_row(screen, screen->line_row);
    for (; length < screen->columns && length < TEXT_INK_LOOKS_AT; length++)
        words[length] = (char)first[length].character;
    struct text_ink ink = text_ink_of(words, length);
    uint32_t at = 0;
    for (int32_t row = screen->line_row; row <= (int32_t)screen->row; row++) {
        struct text_cell *cells = text_screen_row(screen, row);
        uint32_t end = row < (int32_t)screen->row ? screen->columns : screen->column;
        for (uint32_t column = 0; column < end; column++, at++)
            cells[column].look = at < ink.prefix_length ? ink.prefix : ink.rest;
    }
    text_screen_touch(screen, screen->line_row < 0 ? 0 : (uint32_t)screen->line_row, screen->row + 1);
}

static void text_screen_next_row(struct text_screen *screen)
{
    screen->column = 0;
    screen->row++;
    if (screen->row >= screen->rows)
        text_screen_scroll(screen);
}

static void text_screen_line_feed(struct text_screen *screen)
{
    text_screen_ink(screen);
    text_screen_next_row(screen);
    screen->line_row = (int32_t)screen->row;
    screen->look &= (uint8_t) ~(TEXT_BIG | TEXT_LOWER);
    screen->is_styled = screen->look != TEXT_INK_PLAIN;
}

static void text_screen_set(struct text_screen *screen, uint8_t character, uint8_t look)
{
    text_screen_row(screen, (int32_t)screen->row)[screen->column] = (struct text_cell){character, look};
    screen->column++;
    text_screen_touch(screen, screen->row, screen->row + 1);
}

// A character of double size that finds no room is left out: its other half would be on another row.
static void text_screen_put(struct text_screen *screen, uint8_t character)
{
    if (screen->look & TEXT_BIG) {
        if (screen->column + 2 > screen->columns)
            return;
        text_screen_set(screen, character, screen->look);
        text_screen_set(screen, character, screen->look | TEXT_RIGHT);
        return;
    }
    if (screen->column >= screen->columns)
        text_screen_next_row(screen);
    text_screen_set(screen, character, screen->look);
}

// In double size a last single column is never filled, so it ends the line.
static void text_screen_tab(struct text_screen *screen)
{
    uint32_t end = screen->look & TEXT_BIG ? screen->columns - 1 : screen->columns;
    do
        text_screen_put(screen, ' ');
    while (screen->column % TEXT_SCREEN_TAB && screen->column < end);
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
        text_screen_tab(screen);
        break;
    default:
        break;
    }
}

static void text_screen_choose(struct text_screen *screen)
{
    uint8_t others = screen->look & (uint8_t)~TEXT_INK_MASK;

    switch (screen->parameter) {
    case 0:
        screen->look &= (uint8_t)(TEXT_BIG | TEXT_LOWER);
        break;
    case 2:
        screen->look = others | TEXT_INK_DIM;
        break;
    case 7:
        screen->look |= TEXT_INVERSE;
        break;
    case 31:
        screen->look = others | TEXT_INK_BAD;
        break;
    case 32:
        screen->look = others | TEXT_INK_GOOD;
        break;
    case 33:
        screen->look = others | TEXT_INK_WARNING;
        break;
    default:
        break;
    }
    screen->is_styled = true;
}

static void text_screen_size(struct text_screen *screen, uint8_t byte)
{
    screen->state = TEXT_SCREEN_PLAIN;
    if (byte != '3' && byte != '4')
        return;
    screen->look = (uint8_t)((screen->look & ~TEXT_LOWER) | TEXT_BIG | (byte == '4' ? TEXT_LOWER : 0));
    screen->is_styled = true;
}

static void text_screen_pan(struct text_screen *screen, bool is_back)
{
    uint32_t rows = screen->parameter ? screen->parameter : screen->rows - (screen->rows > 1);

    if (is_back)
        screen->back = rows < screen->kept - screen->back ? screen->back + rows : screen->kept;
    else
        screen->back -= rows < screen->back ? rows : screen->back;
    format_text(screen->marker, sizeof(screen->marker), "-- %u lines above the newest; PgDn --", screen->back);
    text_screen_touch_all(screen);
}

static void text_screen_view_newest(struct text_screen *screen)
{
    if (screen->back == 0)
        return;
    screen->back = 0;
    text_screen_touch_all(screen);
}

static void text_screen_sequence_end(struct text_screen *screen, uint8_t byte)
{
    if (byte == 'S' || byte == 'T') {
        text_screen_pan(screen, byte == 'T');
        return;
    }
    text_screen_view_newest(screen);
    if (byte == 'H') {
        screen->column = 0;
        screen->row = 0;
        screen->line_row = 0;
    } else if (byte == 'J') {
        text_screen_fill(screen, screen->row, screen->parameter == 2 ? 0 : screen->column);
        text_screen_blank(screen, screen->parameter == 2 ? 0 : screen->row + 1);
    } else if (byte == 'K') {
        text_screen_fill(screen, screen->row, screen->column);
        screen->is_styled = screen->is_styled && screen->column;
    } else if (byte == 'm') {
        text_screen_choose(screen);
    }
}

static void text_screen_sequence(struct text_screen *screen, uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        if (screen->parameter < TEXT_SCREEN_PARAMETER_LIMIT)
            screen->parameter = screen->parameter * 10 + byte - '0';
        return;
    }
    if (byte < '@') {
        screen->parameter = 0;
        return;
    }
    screen->state = TEXT_SCREEN_PLAIN;
    text_screen_sequence_end(screen, byte);
}

static void text_screen_escape(struct text_screen *screen, uint8_t byte)
{
    screen->state = byte == '[' ? TEXT_SCREEN_SEQUENCE : byte == '#' ? TEXT_SCREEN_SIZE : TEXT_SCREEN_PLAIN;
    screen->parameter = 0;
}

static void text_screen_take(struct text_screen *screen, uint8_t byte)
{
    bool is_control = byte < ' ' || byte == 0x7f;

    if (byte == TEXT_SCREEN_ESC) {
        screen->state = TEXT_SCREEN_ESCAPE;
    } else if (screen->state == TEXT_SCREEN_ESCAPE && !is_control) {
        text_screen_escape(screen, byte);
    } else if (screen->state == TEXT_SCREEN_SEQUENCE && !is_control) {
        text_screen_sequence(screen, byte);
    } else if (screen->state == TEXT_SCREEN_SIZE && !is_control) {
        text_screen_size(screen, byte);
    } else {
        screen->state = TEXT_SCREEN_PLAIN;
        text_screen_view_newest(screen);
        is_control ? text_screen_control(screen, byte) : text_screen_put(screen, byte);
    }
}

void text_screen_start(struct text_screen *screen, uint32_t columns, uint32_t rows, uint32_t depth,
                       struct text_cell *cells)
{
    size_t count = (size_t)columns * (depth + rows);

    *screen = (struct text_screen){
        .columns = columns,
        .rows = rows,
        .depth = depth,
        .lines = cells,
        .shown = cells + (size_t)columns * depth,
        .touched_first = rows,
    };
    for (size_t i = 0; i < count; i++)
        cells[i] = blank;
}

// The cursor's row before and after: its cell is drawn anew in either.
void text_screen_write(struct text_screen *screen, const char *bytes, size_t length)
{
    text_screen_touch(screen, screen->row, screen->row + 1);
    for (size_t i = 0; i < length; i++)
        text_screen_take(screen, (uint8_t)bytes[i]);
    text_screen_ink(screen);
    text_screen_touch(screen, screen->row, screen->row + 1);
}

static struct text_cell text_screen_wanted(const struct text_screen *screen, const struct text_cell *cells,
                                           uint32_t column, uint32_t row, size_t marker_length)
{
    struct text_cell cell = cells[column];
    uint32_t cursor = screen->column < screen->columns ? screen->column : screen->columns - 1;

    if (screen->back && row == screen->rows - 1)
        return (struct text_cell){column < marker_length ? (uint8_t)screen->marker[column] : ' ', TEXT_INVERSE};
    if (!screen->back && row == screen->row && column == cursor)
        cell.look |= TEXT_INVERSE;
    return cell;
}

void text_screen_update(struct text_screen *screen, text_screen_draw *draw)
{
    size_t marker_length = strlen(screen->marker);

    for (uint32_t row = screen->touched_first; row < screen->touched_end; row++) {
        const struct text_cell *cells = text_screen_row(screen, (int32_t)row - (int32_t)screen->back);
        struct text_cell *shown = screen->shown + (size_t)row * screen->columns;
        for (uint32_t column = 0; column < screen->columns; column++) {
            struct text_cell wanted = text_screen_wanted(screen, cells, column, row, marker_length);
            if (shown[column].character == wanted.character && shown[column].look == wanted.look)
                continue;
            shown[column] = wanted;
            draw(column, row, wanted);
        }
    }
    screen->touched_first = screen->rows;
    screen->touched_end = 0;
}
