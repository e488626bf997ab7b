// Pages for run=.

#include "kernel/console/console_pager.h"
#include "kernel/console/console.h"
#include "kernel/console/console_input.h"
#include "kernel/core/wait.h"

#define CONSOLE_PAGER_STAND WAIT_MILLISECONDS(10000)

static bool is_paging;
static uint32_t new_rows; // shown since the screen stood still

void console_pager_start(void)
{
    is_paging = console_screen() != NULL;
    new_rows = 0;
}

void console_pager_stop(void)
{
    is_paging = false;
}

// Half a screen is a page: at the bottom the screen scrolls by a quarter, and a line before the page is worth seeing.
void console_pager_line(size_t length)
{
    if (!is_paging)
        return;
    uint32_t rows = (uint32_t)(length / console_screen_columns()) + 1;
    if (new_rows && new_rows + rows > console_screen_rows() / 2) {
        output_format(console_screen(), "\033[7m-- any key, or 10 s --\033[0m");
        console_input_wait(CONSOLE_PAGER_STAND);
        output_format(console_screen(), "\r\033[K");
        new_rows = 0;
    }
    new_rows += rows;
}
