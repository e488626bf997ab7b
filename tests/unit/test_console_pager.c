// Pages for run=: when the screen stands still, and for how long.

#include "kernel/console/console.h"
#include "kernel/console/console_input.h"
#include "kernel/console/console_pager.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 80, ROWS = 20 };

static struct output_buffer screen;
static char text[4096];
static bool has_screen;
static uint32_t waits;

struct output *console_screen(void)
{
    return has_screen ? &screen.output : NULL;
}

uint32_t console_screen_columns(void)
{
    return COLUMNS;
}

uint32_t console_screen_rows(void)
{
    return ROWS;
}

void console_input_wait(uint64_t nanoseconds)
{
    assert_int_equal(nanoseconds, UINT64_C(10000000000));
    assert_non_null(strstr(text, "\033[7m-- any key, or 10 s --\033[0m"));
    waits++;
}

static int set_up(void **state)
{
    has_screen = true;
    waits = 0;
    output_buffer_start(&screen, text, sizeof(text));
    console_pager_start();
    return 0;
}

static void lines(uint32_t count, size_t length)
{
    for (uint32_t i = 0; i < count; i++)
        console_pager_line(length);
}

static void half_a_screen_is_a_page(void **state)
{
    lines(ROWS / 2, 40);
    assert_int_equal(waits, 0);
    lines(1, 40);
    assert_int_equal(waits, 1);
    lines(ROWS / 2, 40);
    assert_int_equal(waits, 2);
}

static void the_mark_is_gone_before_the_next_line(void **state)
{
    lines(ROWS / 2 + 1, 40);
    assert_string_equal(text, "\033[7m-- any key, or 10 s --\033[0m\r\033[K");
}

static void a_line_that_wraps_counts_its_rows(void **state)
{
    lines(ROWS / 4, COLUMNS + 1);
    assert_int_equal(waits, 0);
    lines(1, 1);
    assert_int_equal(waits, 1);
}

static void a_line_longer_than_a_page_does_not_wait_twice(void **state)
{
    lines(3, COLUMNS * ROWS);
    assert_int_equal(waits, 2);
}

static void without_a_screen_or_after_the_run_nothing_waits(void **state)
{
    console_pager_stop();
    lines(3 * ROWS, 40);
    has_screen = false;
    console_pager_start();
    lines(3 * ROWS, 40);
    assert_int_equal(waits, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(half_a_screen_is_a_page, set_up),
        cmocka_unit_test_setup(the_mark_is_gone_before_the_next_line, set_up),
        cmocka_unit_test_setup(a_line_that_wraps_counts_its_rows, set_up),
        cmocka_unit_test_setup(a_line_longer_than_a_page_does_not_wait_twice, set_up),
        cmocka_unit_test_setup(without_a_screen_or_after_the_run_nothing_waits, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
