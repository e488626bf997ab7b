// COMMAND | more at the prompt: keys in, screens out; and output that Ctrl-S holds.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/console/console_input.h"
#include "kernel/console/pager.h"
#include "kernel/core/wait.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

const struct command *const command_list[] = {NULL};

static const char *typed;
static struct output_buffer screen;
static char text[8192];

static bool read_typed(uint8_t *byte, uint64_t nanoseconds)
{
    assert_true(*typed || nanoseconds == 0); // nothing waits for a key that never comes
    if (!*typed)
        return false;
    *byte = (uint8_t)*typed++;
    return true;
}

static int set_up(void **state)
{
    fake_host_reset();
    typed = "";
    output_buffer_start(&screen, text, sizeof(text));
    console_input_attach(NULL, read_typed);
    console_input_command_begin();
    pager_begin(true);
    return 0;
}

// As the console does it.
static void print(const char *line)
{
    pager_make_room(&screen.output, line, strlen(line));
    if (!console_input_is_muted())
        output_format(&screen.output, "%s", line);
}

static uint32_t count(const char *part)
{
    uint32_t found = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        found++;
    return found;
}

static void print_lines(uint32_t number)
{
    while (number--)
        print("line\n");
}

static void what_fits_a_screen_is_shown_without_a_question(void **state)
{
    print_lines(PAGER_ROWS);
    assert_int_equal(count("-- more"), 0);
    assert_int_equal(count("line\n"), PAGER_ROWS);
}

static void space_shows_a_screen_and_enter_a_line(void **state)
{
    typed = " \r\r";
    print_lines(2 * PAGER_ROWS + 2);
    assert_int_equal(count("-- more"), 3);
    assert_int_equal(count("line\n"), 2 * PAGER_ROWS + 2);
    assert_string_equal(typed, "");
}

static void q_ends_the_output_and_is_no_error(void **state)
{
    typed = "xq";
    print_lines(100);
    assert_int_equal(count("line\n"), PAGER_ROWS);
    assert_int_equal(count("-- more"), 1);
    assert_true(console_stop_asked());
    print_lines(100);
    assert_int_equal(count("line\n"), PAGER_ROWS);
    assert_true(console_input_has_quit());
    assert_false(console_input_command_end());
}

static void control_c_stops_the_command_and_what_it_says_at_its_end_is_shown(void **state)
{
    typed = "\x03";
    print_lines(100);
    assert_int_equal(count("line\n"), PAGER_ROWS);
    assert_true(console_stop_asked());
    print("so far\n");
    assert_int_equal(count("so far\n"), 1);
    assert_true(console_input_command_end());
}

static void a_line_wider_than_the_screen_takes_several_rows(void **state)
{
    char line[3 * PAGER_COLUMNS + 2];
    memset(line, 'w', sizeof(line));
    line[3 * PAGER_COLUMNS] = '\n';
    line[3 * PAGER_COLUMNS + 1] = '\0';
    typed = " ";
    for (uint32_t i = 0; i < PAGER_ROWS / 3 + 1; i++)
        print(line);
    assert_int_equal(count("-- more"), 1);
}

static void switched_off_it_never_asks(void **state)
{
    pager_begin(false);
    print_lines(1000);
    assert_int_equal(count("line\n"), 1000);
}

static void control_s_holds_the_output_until_control_q(void **state)
{
    typed = "\x13";
    console_input_look_now();
    typed = "ab\x11";
    console_input_wait_held();
    assert_string_equal(typed, "");
    uint8_t byte;
    assert_true(console_input_read(&byte, 0) && byte == 'a');
    assert_false(console_stop_asked());
}

static void control_c_ends_the_hold_too_and_so_does_time(void **state)
{
    typed = "\x13\x03";
    console_input_look_now();
    console_input_wait_held();
    assert_true(console_stop_asked());
    typed = "\x13";
    console_input_look_now();
    uint64_t start = fake_host.nanoseconds;
    console_input_wait_held();
    assert_in_range(fake_host.nanoseconds - start, CONSOLE_INPUT_HELD, CONSOLE_INPUT_HELD + WAIT_MILLISECONDS(100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_fits_a_screen_is_shown_without_a_question, set_up),
        cmocka_unit_test_setup(space_shows_a_screen_and_enter_a_line, set_up),
        cmocka_unit_test_setup(q_ends_the_output_and_is_no_error, set_up),
        cmocka_unit_test_setup(control_c_stops_the_command_and_what_it_says_at_its_end_is_shown, set_up),
        cmocka_unit_test_setup(a_line_wider_than_the_screen_takes_several_rows, set_up),
        cmocka_unit_test_setup(switched_off_it_never_asks, set_up),
        cmocka_unit_test_setup(control_s_holds_the_output_until_control_q, set_up),
        cmocka_unit_test_setup(control_c_ends_the_hold_too_and_so_does_time, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
