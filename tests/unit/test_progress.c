// How far a command is: shown to who waits, not too soon, not too often, and to nobody else.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/console/progress.h"
#include "kernel/core/wait.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char shown[1024]; // every status, in [ ]
static uint32_t writes;

static void write_status(struct output *self, const char *bytes, size_t length)
{
    size_t used = strlen(shown);

    snprintf(shown + used, sizeof(shown) - used, "[%.*s]", (int)length, bytes);
    writes++;
}

static int start(void **state)
{
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    static struct output status = {write_status};

    routed_device_reset();
    fake_host.nanoseconds = 0;
    progress_end();
    shown[0] = '\0';
    writes = 0;
    progress_attach(&status);
    return 0;
}

static void pass(uint64_t milliseconds)
{
    fake_host.nanoseconds += WAIT_MILLISECONDS(milliseconds);
}

static void it_says_how_much_is_done_and_how_long_the_rest_takes(void **state)
{
    progress_begin("prove");
    pass(4000);
    progress_show(250, 1000);
    assert_string_equal(shown, "[prove: 250 of 1000, 25 %, 4 s, about 12 s left]");
    progress_end();
    assert_string_equal(shown + strlen(shown) - 3, "][]");
}

static void without_a_total_it_counts(void **state)
{
    progress_begin("storm");
    pass(4000);
    progress_show(250, 0);
    assert_string_equal(shown, "[storm: 250, 4 s]");
}

static void what_is_quick_shows_nothing(void **state)
{
    progress_begin("fire");
    pass(900);
    progress_show(5, 10);
    progress_end();
    assert_string_equal(shown, "");
}

static void it_changes_four_times_a_second_at_the_most(void **state)
{
    progress_begin("prove");
    pass(1000);
    for (uint32_t i = 0; i < 1000; i++) {
        pass(1);
        progress_show(i, 1000);
    }
    assert_int_equal(writes, 4);
}

static void without_a_command_or_a_place_nothing_is_shown(void **state)
{
    pass(5000);
    progress_show(5, 10);
    progress_attach(NULL);
    progress_begin("prove");
    pass(5000);
    progress_show(5, 10);
    progress_end();
    assert_string_equal(shown, "");
}

static void a_script_shows_nothing(void **state)
{
    char text[4096];
    struct output_buffer screen;

    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    fake_host.step = WAIT_MILLISECONDS(1);
    assert_int_equal(console_run_script("fire 00:04.0 0 5000", true), RESULT_OK);
    assert_true(fake_host.nanoseconds > WAIT_MILLISECONDS(5000));
    assert_string_equal(shown, "");
}

static void no_text_is_wider_than_its_line(void **state)
{
    progress_begin("a name that is longer than any command has ever been called");
    pass(1000);
    progress_show(UINT64_MAX / 200, UINT64_MAX / 100);
    assert_in_range(strlen(shown), 70, 81);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_says_how_much_is_done_and_how_long_the_rest_takes, set_up),
        cmocka_unit_test_setup(without_a_total_it_counts, set_up),
        cmocka_unit_test_setup(what_is_quick_shows_nothing, set_up),
        cmocka_unit_test_setup(it_changes_four_times_a_second_at_the_most, set_up),
        cmocka_unit_test_setup(without_a_command_or_a_place_nothing_is_shown, set_up),
        cmocka_unit_test_setup(a_script_shows_nothing, set_up),
        cmocka_unit_test_setup(no_text_is_wider_than_its_line, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
