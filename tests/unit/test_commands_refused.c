// Commands that fail or find nothing to try: the reason by name, as an object too where JSON was asked for.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/inventory/driver.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct output_buffer screen;
static char text[16384];

static int start(void **state)
{
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
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

static void with_json_a_failure_is_an_object_before_the_error_line(void **state)
{
    assert_int_not_equal(run("fire 00:04.0 9 --json"), RESULT_OK);
    assert_string_equal(text, "{\"type\":\"error\",\"command\":\"fire\",\"reason\":\"00:04.0 has messages 0 to 4\"}\n"
                              "error: 00:04.0 has messages 0 to 4\n");
    assert_int_not_equal(run("nothing \"a b\" --json"), RESULT_OK);
    assert_string_equal(text, "{\"type\":\"error\",\"command\":\"nothing\",\"reason\":\"unknown command 'nothing', see "
                              "help\"}\nerror: unknown command 'nothing', see help\n");
    expect_error("fire 00:04.0 9", "00:04.0 has messages 0 to 4");
}

static void the_list_of_drills_is_objects_and_a_summary(void **state)
{
    assert_int_equal(run("drill --json"), RESULT_OK);
    assert_memory_equal(text, "{\"type\":\"drill_offered\",\"name\":\"corrupt_entry\",\"detector\":\"audit\",", 66);
    assert_non_null(strstr(text, "\n{\"type\":\"drill_offered_summary\",\"drills\":14}\n"));
}

static void a_message_nobody_can_fire_is_refused_with_the_reason(void **state)
{
    const struct driver *saved = routed.device.driver;
    expect_error("fire 00:04.0 4", "00:04.0 4: its driver cannot fire it");
    routed.device.driver = NULL;
    expect_error("fire 00:04.0 0", "00:04.0 0: its device has no driver that could fire it");
    expect_error("storm 00:04.0 0", "0000:00:04.0 0: its device has no driver that could fire it");
    routed.device.driver = saved;
}

static void a_command_that_found_nothing_to_try_fails_by_name(void **state)
{
    const struct driver *saved = routed.device.driver;
    routed.device.driver = NULL;
    (void)run("latency");
    assert_non_null(strstr(text, "\nerror: nothing was measured: none of 5 messages can be fired\n"));
    (void)run("drill all --json");
    assert_non_null(strstr(text, "\"verdict\":\"skip\""));
    assert_non_null(strstr(text, "\nerror: nothing was tried, 14 skipped\n"));
    (void)run("drill storm");
    assert_non_null(strstr(text, "\nerror: nothing was tried, 1 skipped\n"));
    expect_error("prove", "none of 5 messages can be fired");
    routed.device.driver = saved;
}

static void a_message_that_got_no_shot_is_untried(void **state)
{
    assert_int_equal(run("prove shots=1 moves=0 --json"), RESULT_OK);
    uint32_t passed = 0, untried = 0;
    for (const char *at = text; (at = strstr(at, "{\"type\":\"prove\",")); at++) {
        const char *verdict = strstr(at, "\"verdict\":");
        passed += strncmp(verdict, "\"verdict\":\"pass\"", 16) == 0;
        untried += strncmp(verdict, "\"verdict\":\"untried\"", 19) == 0;
    }
    assert_int_equal(passed, 1);
    assert_int_equal(untried, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(with_json_a_failure_is_an_object_before_the_error_line, set_up),
        cmocka_unit_test_setup(the_list_of_drills_is_objects_and_a_summary, set_up),
        cmocka_unit_test_setup(a_message_nobody_can_fire_is_refused_with_the_reason, set_up),
        cmocka_unit_test_setup(a_command_that_found_nothing_to_try_fails_by_name, set_up),
        cmocka_unit_test_setup(a_message_that_got_no_shot_is_untried, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
