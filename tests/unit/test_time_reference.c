// Timers to measure the clock against: which registers are read and written, in which order.
// sources: arch/time/time_scale.c tests/fakes/cpu.c tests/fakes/mmio.c tests/fakes/events.c

#include "tests/fakes/cpu.h"
#include "tests/fakes/mmio.h"

#include "arch/time/time_reference.c"

#include "tests/fakes/events.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { PORT = 0x608, LOOKS = 3, GHZ = 1000000000 };

#define OUT(port, value)              \
    {                                 \
        EVENT_PORT_WRITE, port, value \
    }
#define IN(port, value)              \
    {                                \
        EVENT_PORT_READ, port, value \
    }
#define EXPECT(...) \
    event_expect_all((const struct event[]){__VA_ARGS__}, sizeof((struct event[]){__VA_ARGS__}) / sizeof(struct event))

static uint32_t reads;

// The control port as firmware leaves it, then the channel's output low, and high at the third look.
static void control_read(uint16_t port)
{
    static const uint8_t answers[] = {0xb2, 0x81, 0x81, 0xa1};

    if (port == SYSTEM_CONTROL)
        fake_host_answer(port, answers[reads < LOOKS ? reads : LOOKS]);
    reads++;
}

static void timer_read(uint16_t port)
{
    fake_host_answer(port, 0xfffff0 + 10 * reads++); // wraps at 24 bits; ten ticks a read
}

static int set_up(void **state)
{
    fake_cpu_reset();
    reads = 0;
    return 0;
}

static int tear_down(void **state)
{
    fake_port_hook(NULL);
    return 0;
}

// The gate before the mode, low byte before high; the speaker silent; and the port's writable bits as they were.
static void the_8254_is_started_and_left_in_this_order(void **state)
{
    uint64_t frequency = 0;

    fake_port_hook(control_read);
    assert_int_equal(time_reference_8254(NULL, &frequency), RESULT_OK);
    EXPECT(IN(0x61, 0xb2), OUT(0x61, 0x01), OUT(0x43, 0xb0), OUT(0x42, PIT_WINDOW & 0xff), OUT(0x42, PIT_WINDOW >> 8),
           IN(0x61, 0x81), IN(0x61, 0x81), IN(0x61, 0xa1), OUT(0x61, 0x02));
    assert_int_equal(frequency, time_scale_measure(100, PIT_WINDOW, PIT_FREQUENCY));
}

static void an_8254_whose_output_is_high_at_once_is_none(void **state)
{
    uint64_t frequency = 0;

    fake_host_answer(0x61, 0x20);
    reads = LOOKS;
    fake_port_hook(control_read);
    assert_int_equal(time_reference_8254(NULL, &frequency), RESULT_NOT_FOUND);
    assert_int_equal(event_effect(event_total() - 1)->kind, EVENT_PORT_WRITE);
    assert_int_equal(frequency, 0);
}

static void the_pm_timer_is_measured_between_edges_over_its_wrap(void **state)
{
    struct time_sources sources = {.pm_timer = TIME_PM_TIMER_PORT, .pm_address = {PORT}};
    uint64_t frequency = 0;

    fake_cpu.tsc_step = UINT64_C(10) * GHZ / PM_TIMER_FREQUENCY; // cycles of a ten-tick read at 1 GHz
    fake_port_hook(timer_read);
    assert_int_equal(time_reference_pm_timer(&sources, &frequency), RESULT_OK);
    assert_in_range(frequency, 99 * (GHZ / 100), 101 * (GHZ / 100));
    for (uint32_t i = 0; i < event_total(); i++)
        assert_int_equal(event_effect(i)->where, PORT);
}

static void a_pm_timer_that_stands_still_is_given_up(void **state)
{
    struct time_sources sources = {.pm_timer = TIME_PM_TIMER_PORT, .pm_address = {PORT}};
    uint64_t frequency = 0;

    assert_int_equal(time_reference_pm_timer(&sources, &frequency), RESULT_TIMEOUT);
    sources.pm_timer = TIME_PM_TIMER_NONE;
    assert_int_equal(time_reference_pm_timer(&sources, &frequency), RESULT_NOT_FOUND);
}

static void cpuid_is_believed_only_when_it_gives_every_figure(void **state)
{
    uint64_t frequency = 0;

    assert_int_equal(time_reference_cpuid(NULL, &frequency), RESULT_NOT_FOUND);
    fake_cpu.cpuid[0].eax = CPUID_TSC;
    fake_cpu.cpuid[CPUID_TSC] = (struct cpuid_registers){.eax = 2, .ebx = 166};
    assert_int_equal(time_reference_cpuid(NULL, &frequency), RESULT_NOT_FOUND);
    fake_cpu.cpuid[CPUID_TSC].ecx = 24000000;
    assert_int_equal(time_reference_cpuid(NULL, &frequency), RESULT_OK);
    assert_int_equal(frequency, UINT64_C(24000000) * 166 / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_8254_is_started_and_left_in_this_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_8254_whose_output_is_high_at_once_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_pm_timer_is_measured_between_edges_over_its_wrap, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pm_timer_that_stands_still_is_given_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cpuid_is_believed_only_when_it_gives_every_figure, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
