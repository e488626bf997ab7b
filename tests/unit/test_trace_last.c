// What a panic shows of a trace: the newest events of all CPUs, read as they stand.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/core/cpu.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/trace/trace.h"
#include "kernel/trace/trace_control.h"
#include "kernel/trace/trace_last.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 4 * TRACE_MARGIN - TRACE_MARGIN };

static struct output_buffer screen;
static char text[32768];

static int start(void **state)
{
    routed_device_start();
    for (uint32_t i = 0; i < ROUTED_CPUS; i++)
        cpu_call_prepare(i);
    return 0;
}

static uint32_t count_of(const char *part)
{
    uint32_t count = 0;

    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

static void take(uint32_t cpu, uint32_t number, uint32_t vector)
{
    struct trace_record records[] = {
        {clock_cycles(), number, trace_word(TRACE_ENTRY, vector * TRACE_ENTRY_SCALE)},
        {clock_cycles(), true, trace_word(TRACE_EXIT, 0)},
    };

    trace_ring_put(&fake_host.rings[cpu], records, 2);
}

static void a_panic_shows_the_newest_of_all_cpus(void **state)
{
    assert_int_equal(trace_start(ROOM), RESULT_OK);
    trace_clear();
    for (uint32_t i = 0; i < 30; i++)
        take(1, 300, 0x51);
    fake_host.nanoseconds = UINT64_C(7000000000);
    for (uint32_t i = 0; i < 12; i++)
        take(2 + i % 2, 301, 0x52);
    output_buffer_start(&screen, text, sizeof(text));
    trace_last_print(&screen.output);
    assert_int_equal(count_of("irq_handler_entry: irq=301"), 12);
    assert_int_equal(count_of("irq_handler_exit: irq=301"), 12);
    assert_int_equal(count_of("\n"), 1 + TRACE_LAST_EVENTS);
    assert_memory_equal(text, "last trace records:\n          <idle>-0     [002] d.h. 7.000000100: irq_handler_entry",
                        80);
    assert_int_equal(trace_stop(), RESULT_OK);
    output_buffer_start(&screen, text, sizeof(text));
    trace_last_print(&screen.output);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_panic_shows_the_newest_of_all_cpus),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
