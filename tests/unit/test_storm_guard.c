// The storm guard: silences what comes too often, for longer each time, and is content again once it keeps quiet.

#include "kernel/proof/storm_guard.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define MILLISECOND UINT64_C(1000000)

enum { PER_SECOND = 10000, PER_WINDOW = 100 };

static struct storm_guard guard;
static uint64_t now, count;

static int set_up(void **state)
{
    now = 5 * MILLISECOND;
    count = 1000;
    storm_guard_start(&guard, PER_SECOND, now, count);
    return 0;
}

static enum storm_action after(uint64_t nanoseconds, uint64_t arrivals)
{
    now += nanoseconds;
    count += arrivals;
    return storm_guard_look(&guard, now, count);
}

static void up_to_the_limit_nothing_happens(void **state)
{
    for (uint32_t i = 0; i < 50; i++)
        assert_int_equal(after(10 * MILLISECOND, PER_WINDOW), STORM_LEAVE);
    assert_int_equal(guard.silences, 0);
}

static void one_more_is_a_storm_without_waiting_for_the_windows_end(void **state)
{
    assert_int_equal(after(MILLISECOND, PER_WINDOW + 1), STORM_SILENCE);
    assert_int_equal(guard.silences, 1);
    assert_int_equal(guard.last, MILLISECOND);
}

static void windows_do_not_add_up(void **state)
{
    assert_int_equal(after(9 * MILLISECOND, PER_WINDOW), STORM_LEAVE);
    assert_int_equal(after(2 * MILLISECOND, 0), STORM_LEAVE);
    assert_int_equal(after(9 * MILLISECOND, PER_WINDOW), STORM_LEAVE);
}

static void it_is_released_when_its_silence_is_over_and_not_before(void **state)
{
    after(MILLISECOND, 200);
    assert_int_equal(after(MILLISECOND - 1, 0), STORM_LEAVE);
    assert_int_equal(after(1, 0), STORM_RELEASE);
    assert_int_equal(guard.state, STORM_TRIAL);
}

static void each_silence_is_twice_as_long_up_to_a_second(void **state)
{
    uint64_t expected = MILLISECOND;

    for (uint32_t i = 0; i < 14; i++) {
        assert_int_equal(after(MILLISECOND, 200), STORM_SILENCE);
        assert_int_equal(guard.last, expected);
        assert_int_equal(after(expected, 0), STORM_RELEASE);
        expected = expected * 2 < 1000 * MILLISECOND ? expected * 2 : 1000 * MILLISECOND;
    }
    assert_int_equal(guard.last, 1000 * MILLISECOND);
    assert_int_equal(guard.silences, 14);
}

static void a_quiet_window_ends_the_storm_and_the_next_begins_anew(void **state)
{
    after(MILLISECOND, 200);
    after(MILLISECOND, 0);
    after(MILLISECOND, 200);
    after(2 * MILLISECOND, 0);
    assert_int_equal(after(9 * MILLISECOND, 1), STORM_LEAVE);
    assert_int_equal(guard.state, STORM_TRIAL);
    assert_int_equal(after(MILLISECOND, 0), STORM_LEAVE);
    assert_int_equal(guard.state, STORM_QUIET);
    assert_int_equal(after(MILLISECOND, 200), STORM_SILENCE);
    assert_int_equal(guard.last, MILLISECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(up_to_the_limit_nothing_happens, set_up),
        cmocka_unit_test_setup(one_more_is_a_storm_without_waiting_for_the_windows_end, set_up),
        cmocka_unit_test_setup(windows_do_not_add_up, set_up),
        cmocka_unit_test_setup(it_is_released_when_its_silence_is_over_and_not_before, set_up),
        cmocka_unit_test_setup(each_silence_is_twice_as_long_up_to_a_second, set_up),
        cmocka_unit_test_setup(a_quiet_window_ends_the_storm_and_the_next_begins_anew, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
