// The console: running lines and scripts, and what a person reads when they are wrong.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/core/wait.h"
#include "kernel/power.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BDF "0000:00:04.0"

static struct output_buffer screen;
static char text[8192];
static uint32_t exit_code;
static uint32_t power_offs;
static uint32_t reboots;

static void fake_power_off(void)
{
    power_offs++;
}

static void fake_reboot(void)
{
    reboots++;
}

static void fake_exit(uint32_t code)
{
    exit_code = code;
}

static int start(void **state)
{
    static const struct power_operations operations = {fake_power_off, fake_reboot, fake_exit, fake_power_off};
    power_attach(&operations);
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    exit_code = 999;
    power_offs = 0;
    reboots = 0;
    return 0;
}

static enum result run(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    return console_run_line(line);
}

static void expect_error(const char *line, const char *error)
{
    char expected[256];
    snprintf(expected, sizeof(expected), "error: %s\n", error);
    assert_int_not_equal(run(line), RESULT_OK);
    assert_string_equal(text, expected);
}

static void what_is_wrong_is_said_in_one_line(void **state)
{
    expect_error("frobnicate", "unknown command 'frobnicate', see help");
    expect_error("--json", "unknown command '--json', see help");
    expect_error("\"\"", "unknown command '', see help");
    expect_error("\x1b[31m\xff", "unknown command '?[31m?', see help");
    expect_error("a \"b", "a quote is not closed");
    expect_error("a b c d e f g h i j k l m n o p q", "more than 16 words");
    expect_error("version 1", "usage: version");
    expect_error("fire", "usage: fire BDF N [COUNT]");
    expect_error("fire 00:04.0 0 1 2", "usage: fire BDF N [COUNT]");
    expect_error("fire 00:05.0 0", "there is no device 00:05.0");
    expect_error("fire 00:04.9 0", "'00:04.9' is not a device, write SSSS:BB:DD.F");
    expect_error("fire 00:04.0 5", "00:04.0 has messages 0 to 4");
    expect_error("fire 00:04.0 0x100000000", "00:04.0 has messages 0 to 4");
    expect_error("fire 00:04.0 18446744073709551616", "'18446744073709551616' is not a number");
    expect_error("fire 00:04.0 -1", "'-1' is not a number");
    expect_error("fire 00:04.0 4", "00:04.0 4: its driver cannot fire it");
    expect_error("fire 00:04.0 0 0", "COUNT is 1 to 1000000");
    expect_error("help frobnicate", "there is no command 'frobnicate'");
    expect_error("exit", "usage: exit N");
    expect_error("exit 128", "N is 0 to 127");
}

static void a_mistyped_name_is_answered_by_the_one_it_is_near(void **state)
{
    expect_error("mesages", "unknown command 'mesages', did you mean 'messages'?");
    expect_error("cpsu", "unknown command 'cpsu', did you mean 'cpus'?");
    expect_error("interr", "unknown command 'interr', did you mean 'interrupts'?");
    expect_error("versoin | more", "unknown command 'versoin', did you mean 'version'?");
    expect_error("pr", "unknown command 'pr', see help"); // probe or prove
    expect_error("x", "unknown command 'x', see help");
}

static void a_line_too_long_is_refused_whole(void **state)
{
    char line[CONSOLE_LINE_LENGTH + 2] = "version";
    memset(line + 7, ' ', sizeof(line) - 8);
    line[CONSOLE_LINE_LENGTH - 1] = '\0';
    assert_int_equal(run(line), RESULT_OK);
    line[CONSOLE_LINE_LENGTH - 1] = ' ';
    expect_error(line, "a command has at most 255 characters, this one has 257");
}

static void an_empty_line_does_nothing(void **state)
{
    assert_int_equal(run(""), RESULT_OK);
    assert_int_equal(run("  \t"), RESULT_OK);
    assert_string_equal(text, "");
}

static void a_script_runs_on_after_a_failure_unless_told_to_stop(void **state)
{
    output_buffer_start(&screen, text, sizeof(text));
    assert_int_equal(console_run_script("nothing; mask 00:04.0 0 ;; unmask 00:04.0 0;", false), RESULT_NOT_FOUND);
    assert_string_equal(text, "error: unknown command 'nothing', see help\n" BDF " 0: masked\n" BDF " 0: unmasked\n");
    output_buffer_start(&screen, text, sizeof(text));
    assert_int_equal(console_run_script("mask 00:04.0 0; nothing; unmask 00:04.0 0", true), RESULT_NOT_FOUND);
    assert_string_equal(text, BDF " 0: masked\nerror: unknown command 'nothing', see help\n");
    assert_int_equal(console_run_script("", true), RESULT_OK);
}

// Before the prompt nobody typed them: the screen says what runs, the serial port does not.
static void the_commands_of_a_script_are_shown_on_the_screen_alone(void **state)
{
    char shown[512];
    struct output_buffer only;

    output_buffer_start(&screen, text, sizeof(text));
    output_buffer_start(&only, shown, sizeof(shown));
    console_attach_screen(&only.output, 80, 25);
    (void)console_run_script(" mask 00:04.0 0;; unmask 00:04.0 0", false);
    console_attach_screen(NULL, 0, 0);
    assert_string_equal(shown, "signalbox> mask 00:04.0 0\nsignalbox> unmask 00:04.0 0\n");
    assert_string_equal(text, BDF " 0: masked\n" BDF " 0: unmasked\n");
}

// Ctrl-C, once the command has printed so many lines.
static uint32_t lines_until_stop;

static void count_line(struct output *self, const char *bytes, size_t length)
{
    screen.output.write(&screen.output, bytes, length);
    lines_until_stop -= lines_until_stop && bytes[length - 1] == '\n';
    fake_host.nanoseconds += WAIT_MILLISECONDS(1);
}

static bool type_control_c(uint8_t *byte, uint64_t nanoseconds)
{
    static bool was_typed;

    was_typed = lines_until_stop == 0 && !was_typed;
    *byte = 3;
    return was_typed;
}

static enum result run_stopped(enum result (*run_it)(const char *text), const char *line, uint32_t lines)
{
    static struct output counted = {count_line};

    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&counted, type_control_c);
    lines_until_stop = lines;
    return run_it(line);
}

static enum result run_script(const char *script)
{
    return console_run_script(script, false);
}

static void control_c_ends_a_listing_in_the_middle(void **state)
{
    assert_int_equal(run_stopped(console_run_line, "help", 2), RESULT_STOPPED);
    assert_string_equal(text, "help [COMMAND]              The commands, or how one is used\n"
                              "version                     Which build this is\n"
                              "^C\n"
                              "error: stopped\n");
}

static void control_c_ends_a_script(void **state)
{
    assert_int_equal(run_stopped(run_script, "mask 00:04.0 0; unmask 00:04.0 0; mask 00:04.0 0", 2), RESULT_STOPPED);
    assert_string_equal(text, BDF " 0: masked\n" BDF " 0: unmasked\n^C\nerror: stopped\n");
    assert_false(routed_message(0)->masked);
}

static void control_c_ends_a_row_of_shots(void **state)
{
    assert_int_equal(run_stopped(console_run_line, "fire 00:04.0 0 1000", 0), RESULT_STOPPED);
    assert_string_equal(text, "^C\n" BDF " 0: sent 1, handled 1 on cpu 0\nerror: stopped\n");
}

static void exit_tries_the_debug_exit_and_then_the_switch(void **state)
{
    assert_int_equal(run("exit 0x10"), RESULT_FAILED);
    assert_int_equal(exit_code, 16);
    assert_int_equal(power_offs, 1);
    assert_int_equal(run("poweroff"), RESULT_FAILED);
    assert_int_equal(power_offs, 2);
    assert_int_equal(run("reboot"), RESULT_FAILED);
    assert_int_equal(reboots, 1);
}

static void help_names_every_command_once(void **state)
{
    assert_int_equal(run("help"), RESULT_OK);
    for (const struct command *const *each = command_list; *each; each++)
        assert_non_null(strstr(text, (*each)->usage));
}

static void help_explains_the_words_of_one_command(void **state)
{
    assert_int_equal(run("help fire"), RESULT_OK);
    assert_string_equal(text, "fire BDF N [COUNT]\n"
                              "Provokes a message and waits for it\n"
                              "  BDF         the device: SSSS:BB:DD.F, the segment may be left out\n"
                              "  N           its message, counted from 0\n"
                              "  COUNT       so many, each after the one before: 1 to 1000000, else 1\n"
                              "  --json      prints JSON, one object a line\n"
                              "example: fire 00:06.0 0 3\n");
    assert_int_equal(run("help exit --json"), RESULT_OK);
    assert_string_equal(text, "{\"type\":\"command\",\"name\":\"exit\",\"usage\":\"exit N\","
                              "\"summary\":\"Ends QEMU with status 2N+1, else switches off\","
                              "\"options\":[{\"word\":\"N\",\"meaning\":\"0 to 127\"}],\"examples\":[\"exit 0\"]}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_wrong_is_said_in_one_line, set_up),
        cmocka_unit_test_setup(a_mistyped_name_is_answered_by_the_one_it_is_near, set_up),
        cmocka_unit_test_setup(a_line_too_long_is_refused_whole, set_up),
        cmocka_unit_test_setup(an_empty_line_does_nothing, set_up),
        cmocka_unit_test_setup(the_commands_of_a_script_are_shown_on_the_screen_alone, set_up),
        cmocka_unit_test_setup(a_script_runs_on_after_a_failure_unless_told_to_stop, set_up),
        cmocka_unit_test_setup(control_c_ends_a_listing_in_the_middle, set_up),
        cmocka_unit_test_setup(control_c_ends_a_script, set_up),
        cmocka_unit_test_setup(control_c_ends_a_row_of_shots, set_up),
        cmocka_unit_test_setup(exit_tries_the_debug_exit_and_then_the_switch, set_up),
        cmocka_unit_test_setup(help_names_every_command_once, set_up),
        cmocka_unit_test_setup(help_explains_the_words_of_one_command, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
