// Waiting for a register, with memory for a register and a clock that advances by itself.
// sources: tests/fakes/host.c tests/fakes/heap.c

// The wait's own looks at the clock.
#define host_nanoseconds clock_look
#include "drivers/register_wait.c"
#undef host_nanoseconds

#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint32_t device_register;
static uint32_t sleeps_to_go;

static uint32_t looks_to_go; // at the clock, until this processor is held up past any deadline

// While it was held up, the device has finished.
uint64_t clock_look(void)
{
    if (looks_to_go && --looks_to_go == 0) {
        device_register = 0x11;
        fake_host.nanoseconds += WAIT_MILLISECONDS(1000);
    }
    return fake_host.nanoseconds += fake_host.step;
}

static void device_works(void)
{
    if (sleeps_to_go && --sleeps_to_go == 0)
        device_register = 0x11;
}

static int setup(void **state)
{
    fake_host_reset();
    fake_host.on_idle = device_works;
    device_register = 0;
    sleeps_to_go = looks_to_go = 0;
    return 0;
}

static void bits_that_are_right_already_need_no_sleep(void **state)
{
    device_register = 0xf1;
    assert_int_equal(register_wait(&device_register, 0xf, 1, 0), RESULT_OK);
    assert_int_equal(fake_host.idle_count, 0);
}

static void bits_that_change_later_are_seen(void **state)
{
    sleeps_to_go = 3;
    assert_int_equal(register_wait(&device_register, 0xf, 1, WAIT_MILLISECONDS(100)), RESULT_OK);
    assert_true(fake_host.nanoseconds < WAIT_MILLISECONDS(1));
}

static void a_register_that_changed_in_time_is_no_time_out_however_late_it_is_looked_at(void **state)
{
    looks_to_go = 2;
    assert_int_equal(register_wait(&device_register, 0xf, 1, WAIT_MILLISECONDS(100)), RESULT_OK);
}

static void bits_that_never_change_end_the_wait_within_its_bound(void **state)
{
    assert_int_equal(register_wait(&device_register, 0xf, 1, WAIT_MILLISECONDS(100)), RESULT_TIMEOUT);
    assert_in_range(fake_host.nanoseconds, WAIT_MILLISECONDS(100), WAIT_MILLISECONDS(101));
}

static void all_ones_is_a_device_that_is_gone(void **state)
{
    device_register = UINT32_MAX;
    assert_int_equal(register_wait(&device_register, 0xf, 0xf, WAIT_MILLISECONDS(100)), RESULT_GONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(bits_that_are_right_already_need_no_sleep, setup),
        cmocka_unit_test_setup(bits_that_change_later_are_seen, setup),
        cmocka_unit_test_setup(a_register_that_changed_in_time_is_no_time_out_however_late_it_is_looked_at, setup),
        cmocka_unit_test_setup(bits_that_never_change_end_the_wait_within_its_bound, setup),
        cmocka_unit_test_setup(all_ones_is_a_device_that_is_gone, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
