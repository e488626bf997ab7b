// Counts by processor: found again however many there are, in memory that goes by those that were counted on.
// sources: tests/fakes/heap.c

#include "kernel/core/cpu_tally.h"
#include "tests/fakes/heap.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { CPUS = 4096 };

static struct cpu_tally tally;

static void add(uint32_t cpu, uint64_t count)
{
    assert_int_equal(cpu_tally_prepare(&tally, cpu), RESULT_OK);
    cpu_tally_add(&tally, cpu, count);
}

static int end(void **state)
{
    cpu_tally_release(&tally);
    fake_heap_fail_after(UINT32_MAX);
    assert_int_equal(fake_heap_live(), 0);
    return 0;
}

static void nothing_was_counted_where_nobody_was(void **state)
{
    assert_int_equal(cpu_tally_read(&tally, 0), 0);
    add(5, 7);
    assert_int_equal(cpu_tally_read(&tally, 5), 7);
    assert_int_equal(cpu_tally_read(&tally, 1), 0);
    assert_int_equal(cpu_tally_read(&tally, CPUS + 5), 0);
    assert_int_equal(cpu_tally_prepare(&tally, 9), RESULT_OK);
    assert_int_equal(cpu_tally_read(&tally, 9), 0);
}

static void counts_on_one_processor_add_up(void **state)
{
    add(3, 1);
    add(3, 10);
    add(7, 100);
    assert_int_equal(cpu_tally_read(&tally, 3), 11);
    assert_int_equal(cpu_tally_read(&tally, 7), 100);
    assert_int_equal(tally.total, 111);
    assert_int_equal(tally.used, 2);
}

static void every_processor_of_the_largest_machine_keeps_its_own_count(void **state)
{
    for (uint32_t i = 0; i < CPUS; i++)
        add(i * 1025 % CPUS, i * 1025 % CPUS + 1);
    for (uint32_t cpu = 0; cpu < CPUS; cpu++)
        assert_int_equal(cpu_tally_read(&tally, cpu), cpu + 1);
    assert_int_equal(cpu_tally_read(&tally, CPUS), 0);
    assert_int_equal(tally.total, (uint64_t)CPUS * (CPUS + 1) / 2);
}

static void memory_goes_by_the_processors_counted_on(void **state)
{
    add(4095, 1);
    assert_int_equal(tally.room, 8);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(cpu_tally_prepare(&tally, 4095 - i % 5), RESULT_OK);
    assert_int_equal(tally.room, 8);
    assert_int_equal(cpu_tally_prepare(&tally, 0), RESULT_OK);
    assert_int_equal(tally.room, 32);
    assert_int_equal(fake_heap_live(), 1);
}

static void without_memory_what_was_counted_stays(void **state)
{
    fake_heap_fail_after(0);
    assert_int_equal(cpu_tally_prepare(&tally, 0), RESULT_NO_MEMORY);
    fake_heap_fail_after(UINT32_MAX);
    for (uint32_t cpu = 0; cpu < 5; cpu++)
        add(cpu, cpu + 1);
    fake_heap_fail_after(0);
    assert_int_equal(cpu_tally_prepare(&tally, 5), RESULT_NO_MEMORY);
    assert_int_equal(cpu_tally_prepare(&tally, 4), RESULT_OK);
    assert_int_equal(cpu_tally_read(&tally, 4), 5);
    assert_int_equal(cpu_tally_read(&tally, 5), 0);
    assert_int_equal(tally.total, 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(nothing_was_counted_where_nobody_was, end),
        cmocka_unit_test_teardown(counts_on_one_processor_add_up, end),
        cmocka_unit_test_teardown(every_processor_of_the_largest_machine_keeps_its_own_count, end),
        cmocka_unit_test_teardown(memory_goes_by_the_processors_counted_on, end),
        cmocka_unit_test_teardown(without_memory_what_was_counted_stays, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
