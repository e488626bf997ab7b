// A storm on purpose: silenced while it lasts, let go afterwards, and every message in the state it was in.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/proof/storm.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BDF "0000:00:04.0"

enum { TEXT_SIZE = 4096, NO_LIMIT = 2000000000, LIMIT = 20000 };

static char text[TEXT_SIZE];
static struct output_buffer screen;

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

static struct storm storm_of(uint64_t milliseconds, uint64_t limit)
{
    struct storm storm = {.message = routed_message(1), .duration = WAIT_MILLISECONDS(milliseconds), .limit = limit};

    assert_int_equal(storm_run(&storm), RESULT_OK);
    return storm;
}

static void what_comes_too_often_is_silenced_and_let_go_again(void **state)
{
    struct storm storm = storm_of(50, LIMIT);

    assert_true(storm_passed(&storm));
    assert_true(storm.guard.silences > 3);
    assert_true(storm.arrived < storm.shots);
    assert_false(routed_message(1)->masked);
    assert_false(routed.source.masked[1]);
}

static void most_of_the_time_it_is_silent(void **state)
{
    struct storm storm = storm_of(50, LIMIT);

    assert_true(storm.guard.silent > WAIT_MILLISECONDS(40));
}

static void what_stays_below_the_limit_is_left_alone(void **state)
{
    struct storm storm = storm_of(5, NO_LIMIT);

    assert_true(storm_passed(&storm));
    assert_int_equal(storm.guard.silences, 0);
    assert_int_equal(storm.arrived, storm.shots);
}

static void arrivals_without_a_shot_fail_it(void **state)
{
    routed.shot = ROUTED_TWICE;
    struct storm storm = storm_of(5, NO_LIMIT);
    assert_false(storm_passed(&storm));
}

static void a_device_whose_queue_is_full_is_asked_again(void **state)
{
    routed.busy = 5;
    struct storm storm = storm_of(5, NO_LIMIT);
    assert_true(storm_passed(&storm));
    assert_int_equal(storm.arrived, storm.shots);
    assert_true(storm.shots > 1);
}

static void a_device_that_takes_no_shot_at_all_fails_it(void **state)
{
    routed.busy = UINT32_MAX;
    struct storm storm = storm_of(5, NO_LIMIT);
    assert_int_equal(storm.shots, 0);
    assert_false(storm_passed(&storm));
}

static void a_message_that_does_not_come_back_fails_it(void **state)
{
    routed.shot = ROUTED_LOST;
    struct storm storm = storm_of(5, LIMIT);
    assert_false(storm.is_answered);
    assert_false(storm_passed(&storm));
}

static void what_cannot_be_fired_or_is_masked_is_refused(void **state)
{
    struct storm storm = {.message = routed_message(ROUTED_DEAF_MESSAGE), .duration = 1, .limit = LIMIT};

    assert_int_equal(storm_run(&storm), RESULT_UNSUPPORTED);
    storm.message = routed_message(0);
    assert_int_equal(irq_mask(storm.message, true), RESULT_OK);
    assert_int_equal(storm_run(&storm), RESULT_BUSY);
}

static void expect_error(const char *line, const char *error)
{
    output_buffer_start(&screen, text, sizeof(text));
    assert_int_not_equal(console_run_line(line), RESULT_OK);
    assert_non_null(strstr(text, error));
}

static void words_that_make_no_sense_are_refused(void **state)
{
    expect_error("storm " BDF, "error: usage: storm BDF N [SECONDS [limit=RATE]]\n");
    expect_error("storm " BDF " 0 0", "error: SECONDS is 1 to 3600\n");
    expect_error("storm " BDF " 0 1 limit=x", "error: 'limit=x' is not limit=ARRIVALS a second, 100 or more\n");
    expect_error("storm " BDF " 4", "error: " BDF " 4: its driver cannot fire it\n");
}

static void the_command_says_what_happened(void **state)
{
    assert_int_equal(console_run_line("storm " BDF " 0 1 --json"), RESULT_OK);
    assert_non_null(strstr(text, "{\"type\":\"storm\",\"bdf\":\"" BDF "\",\"index\":0,\"limit\":20000,\"sent\":"));
    assert_non_null(strstr(text, "\"recovered\":true,\"verdict\":\"pass\"}\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_comes_too_often_is_silenced_and_let_go_again, set_up),
        cmocka_unit_test_setup(most_of_the_time_it_is_silent, set_up),
        cmocka_unit_test_setup(what_stays_below_the_limit_is_left_alone, set_up),
        cmocka_unit_test_setup(arrivals_without_a_shot_fail_it, set_up),
        cmocka_unit_test_setup(a_device_whose_queue_is_full_is_asked_again, set_up),
        cmocka_unit_test_setup(a_device_that_takes_no_shot_at_all_fails_it, set_up),
        cmocka_unit_test_setup(a_message_that_does_not_come_back_fails_it, set_up),
        cmocka_unit_test_setup(what_cannot_be_fired_or_is_masked_is_refused, set_up),
        cmocka_unit_test_setup(words_that_make_no_sense_are_refused, set_up),
        cmocka_unit_test_setup(the_command_says_what_happened, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
