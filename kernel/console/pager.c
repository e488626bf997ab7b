// Counts the rows of the screen.

#include "kernel/console/pager.h"
#include "kernel/console/console_input.h"
#include "kernel/lib/memory.h"

#define PAGER_ASK   "-- more: Space a page, Enter a line, q ends --"
#define PAGER_ERASE "\r                                              \r"

_Static_assert(sizeof(PAGER_ASK) + 1 == sizeof(PAGER_ERASE) - 1, "the question goes");

static bool is_paged;
static uint32_t rows_left;

// A line longer than the screen is wide takes several rows.
static uint32_t rows_of(const char *bytes, size_t length)
{
    uint32_t rows = 0, column = 0;

    for (size_t i = 0; i < length; i++) {
        rows += bytes[i] == '\n' || column == PAGER_COLUMNS;
        column = bytes[i] == '\n' || column == PAGER_COLUMNS ? 0 : column + 1;
    }
    return rows;
}

static void show(struct output *out, const char *text)
{
    out->write(out, text, strlen(text));
}

// The rows that may follow; 0: none, the output has ended.
static uint32_t ask(void)
{
    for (;;) {
        uint8_t key = console_input_key();
        if (console_input_is_muted())
            return 0;
        if (key == ' ')
            return PAGER_ROWS;
        if (key == '\r' || key == '\n')
            return 1;
        if (key == 'q' || key == 'Q') {
            console_input_quit();
            return 0;
        }
    }
}

void pager_begin(bool is_on)
{
    is_paged = is_on;
    rows_left = PAGER_ROWS;
}

void pager_make_room(struct output *out, const char *bytes, size_t length)
{
    uint32_t rows = rows_of(bytes, length);

    if (!is_paged)
        return;
    if (rows > rows_left && !console_input_is_muted()) {
        show(out, PAGER_ASK);
        rows_left = ask();
        is_paged = rows_left != 0;
        show(out, rows_left ? PAGER_ERASE : console_input_has_quit() ? "\n" : ""); // Ctrl-C has ended the line
    }
    rows_left -= rows < rows_left ? rows : rows_left;
}
