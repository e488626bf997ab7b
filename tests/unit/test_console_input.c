// What is typed while a command runs: Ctrl-C reaches it, everything else waits for the line editor.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/console/console_input.h"
#include "kernel/core/wait.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *typed; // what the terminal has sent and nobody has read
static uint32_t looks;
static struct output_buffer echo;
static char echoed[64];

static bool read_typed(uint8_t *byte, uint64_t nanoseconds)
{
    looks++;
    if (!*typed)
        return false;
    *byte = (uint8_t)*typed++;
    return true;
}

static int start(void **state)
{
    fake_host_reset();
    typed = "";
    looks = 0;
    output_buffer_start(&echo, echoed, sizeof(echoed));
    console_input_attach(&echo.output, read_typed);
    console_input_command_begin();
    return 0;
}

// What the line editor gets when the command is over.
static void expect_left(const char *expected)
{
    uint8_t byte;

    for (; *expected; expected++) {
        assert_true(console_input_read(&byte, 0));
        assert_int_equal(byte, (uint8_t)*expected);
    }
    assert_false(console_input_read(&byte, 0));
}

static void control_c_stops_the_command_and_shows(void **state)
{
    assert_false(console_stop_asked());
    typed = "\x03";
    fake_host.nanoseconds += WAIT_MILLISECONDS(1);
    assert_true(console_stop_asked());
    assert_true(console_stop_asked());
    assert_string_equal(echoed, "^C\n");
    assert_true(console_input_command_end());
    assert_false(console_stop_asked());
}

static void the_next_command_is_not_stopped(void **state)
{
    typed = "\x03";
    assert_true(console_stop_asked());
    assert_true(console_input_command_end());
    console_input_command_begin();
    assert_false(console_stop_asked());
    assert_false(console_input_command_end());
}

static void what_is_typed_ahead_waits_in_order(void **state)
{
    typed = "pci\r";
    assert_false(console_stop_asked());
    assert_false(console_input_command_end());
    typed = "cpus\r";
    expect_left("pci\rcpus\r");
    assert_string_equal(echoed, "");
}

static void control_c_takes_what_was_typed_before_with_it(void **state)
{
    typed = "pci\r\x03 cpus\r";
    assert_true(console_stop_asked());
    assert_true(console_input_command_end());
    expect_left(" cpus\r");
}

static void too_much_typed_ahead_rings_the_bell_and_is_dropped(void **state)
{
    static char many[CONSOLE_INPUT_AHEAD + 10];

    memset(many, 'x', sizeof(many) - 2);
    typed = many;
    for (uint32_t i = 0; *typed; i++) {
        assert_true(i < sizeof(many));
        console_input_look_now();
    }
    assert_string_equal(echoed, "\a");
    console_input_command_end();
    many[CONSOLE_INPUT_AHEAD] = '\0';
    expect_left(many);
}

static void control_c_gets_through_where_nothing_else_does(void **state)
{
    static char many[CONSOLE_INPUT_AHEAD + 10];

    memset(many, 'x', sizeof(many) - 2);
    many[CONSOLE_INPUT_AHEAD + 5] = '\x03';
    typed = many;
    for (uint32_t i = 0; *typed && i < sizeof(many); i++)
        console_input_look_now();
    assert_true(console_stop_asked());
}

static void the_port_is_looked_at_once_a_millisecond(void **state)
{
    (void)console_stop_asked();
    assert_int_equal(looks, 1);
    for (uint32_t i = 0; i < 1000; i++)
        (void)console_stop_asked();
    assert_int_equal(looks, 1);
    fake_host.nanoseconds += WAIT_MILLISECONDS(1);
    (void)console_stop_asked();
    assert_int_equal(looks, 2);
}

static void without_a_command_nobody_looks(void **state)
{
    console_input_command_end();
    typed = "\x03";
    assert_false(console_stop_asked());
    console_input_look_now();
    assert_int_equal(looks, 0);
    expect_left("\x03");
}

static void the_command_is_muted_until_it_knows(void **state)
{
    assert_false(console_input_is_muted());
    typed = "\x03\x03";
    console_input_look();
    assert_true(console_input_is_muted());
    assert_true(console_stop_asked());
    assert_false(console_input_is_muted());
    assert_string_equal(echoed, "^C\n");
    typed = "\x03";
    console_input_look_now();
    assert_true(console_input_is_muted());
    assert_true(console_input_command_end());
    assert_false(console_input_is_muted());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(control_c_stops_the_command_and_shows, start),
        cmocka_unit_test_setup(the_next_command_is_not_stopped, start),
        cmocka_unit_test_setup(what_is_typed_ahead_waits_in_order, start),
        cmocka_unit_test_setup(control_c_takes_what_was_typed_before_with_it, start),
        cmocka_unit_test_setup(too_much_typed_ahead_rings_the_bell_and_is_dropped, start),
        cmocka_unit_test_setup(control_c_gets_through_where_nothing_else_does, start),
        cmocka_unit_test_setup(the_port_is_looked_at_once_a_millisecond, start),
        cmocka_unit_test_setup(without_a_command_nobody_looks, start),
        cmocka_unit_test_setup(the_command_is_muted_until_it_knows, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
