// Page Up and Page Down at the prompt: they scroll the screen, and nobody else sees them.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/console/console_line.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

const struct command *const command_list[] = {NULL};

static struct console_line line;
static struct output_buffer echo, screen;
static char echoed[256], seen[64];

static int set_up(void **state)
{
    output_buffer_start(&echo, echoed, sizeof(echoed));
    output_buffer_start(&screen, seen, sizeof(seen));
    console_line_start(&line, &echo.output, "> ");
    return 0;
}

static void type(const char *text)
{
    for (; *text; text++)
        assert_false(console_line_feed(&line, (uint8_t)*text));
}

static void they_scroll_the_screen_and_leave_the_line_alone(void **state)
{
    console_attach_screen(&screen.output, 80, 25);
    type("ab\033[5~\033[5~\033[6~c");
    console_attach_screen(NULL, 0, 0);
    assert_string_equal(seen, "\033[T\033[T\033[S");
    assert_string_equal(echoed, "> abc");
    assert_string_equal(line.text, "abc");
}

static void without_a_screen_they_ring(void **state)
{
    type("ab\033[5~\033[6~");
    assert_string_equal(echoed, "> ab\a\a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(they_scroll_the_screen_and_leave_the_line_alone, set_up),
        cmocka_unit_test_setup(without_a_screen_they_ring, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
