// Bounded waits: woken, timed out, never asleep with the answer already there.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/core/wait.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool flag;
static uint32_t looks;

static bool flag_is_set(void *context)
{
    assert_ptr_equal(context, &flag);
    assert_false(fake_host.interrupts_on);
    looks++;
    return flag;
}

static void set_flag(void)
{
    flag = true;
}

static int start(void **state)
{
    fake_host_reset();
    flag = false;
    looks = 0;
    return 0;
}

static void what_is_done_already_needs_no_sleep(void **state)
{
    flag = true;
    assert_int_equal(wait_until(flag_is_set, &flag, 0), RESULT_OK);
    assert_int_equal(fake_host.idle_count, 0);
    assert_true(fake_host.interrupts_on);
}

static void an_interrupt_ends_the_wait(void **state)
{
    fake_host.on_idle = set_flag;
    assert_int_equal(wait_until(flag_is_set, &flag, WAIT_MILLISECONDS(500)), RESULT_OK);
    assert_int_equal(fake_host.idle_count, 1);
    assert_int_equal(looks, 2);
    assert_true(fake_host.interrupts_on);
}

static void a_wait_without_an_answer_times_out(void **state)
{
    assert_int_equal(wait_until(flag_is_set, &flag, WAIT_MILLISECONDS(10)), RESULT_TIMEOUT);
    assert_in_range(fake_host.nanoseconds, WAIT_MILLISECONDS(10), WAIT_MILLISECONDS(11));
    assert_in_range(fake_host.idle_count, 10, 12);
    assert_true(fake_host.interrupts_on);
}

static void a_lost_wake_up_is_noticed_within_a_millisecond(void **state)
{
    assert_int_equal(wait_until(flag_is_set, &flag, WAIT_MICROSECONDS(300)), RESULT_TIMEOUT);
    assert_true(fake_host.idle_deadline <= WAIT_MICROSECONDS(301));
    assert_int_equal(wait_until(flag_is_set, &flag, WAIT_MILLISECONDS(100)), RESULT_TIMEOUT);
    assert_in_range(fake_host.idle_count, 100, 104);
}

static void what_came_during_the_last_sleep_still_counts(void **state)
{
    fake_host.on_idle = set_flag;
    assert_int_equal(wait_until(flag_is_set, &flag, WAIT_MICROSECONDS(1)), RESULT_OK);
}

static void a_wait_for_ever_does_not_wrap(void **state)
{
    fake_host.nanoseconds = 1000;
    fake_host.on_idle = set_flag;
    assert_int_equal(wait_until(flag_is_set, &flag, UINT64_MAX), RESULT_OK);
    assert_int_equal(fake_host.idle_count, 1);
}

static void a_pause_lets_the_time_pass(void **state)
{
    fake_host.interrupts_on = false;
    wait_pause(WAIT_MILLISECONDS(3));
    assert_in_range(fake_host.nanoseconds, WAIT_MILLISECONDS(3), WAIT_MILLISECONDS(4));
    assert_false(fake_host.interrupts_on);
}

static void a_long_pause_wakes_fifty_times_a_second(void **state)
{
    wait_pause(WAIT_MILLISECONDS(1000));
    assert_in_range(fake_host.idle_count, 50, 51);
    assert_in_range(fake_host.nanoseconds, WAIT_MILLISECONDS(1000), WAIT_MILLISECONDS(1001));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_done_already_needs_no_sleep, start),
        cmocka_unit_test_setup(an_interrupt_ends_the_wait, start),
        cmocka_unit_test_setup(a_wait_without_an_answer_times_out, start),
        cmocka_unit_test_setup(a_lost_wake_up_is_noticed_within_a_millisecond, start),
        cmocka_unit_test_setup(what_came_during_the_last_sleep_still_counts, start),
        cmocka_unit_test_setup(a_wait_for_ever_does_not_wrap, start),
        cmocka_unit_test_setup(a_pause_lets_the_time_pass, start),
        cmocka_unit_test_setup(a_long_pause_wakes_fifty_times_a_second, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
