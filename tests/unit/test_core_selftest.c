// The core's self-test: a host that keeps its promises passes, one that breaks any of them is told which.
// sources: tests/fakes/host.c tests/fakes/heap.c

#include "kernel/core/core.h"
#include "kernel/core/core_selftest.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { CPU_TOTAL = 3 };

static struct core_selftest test;
static uint32_t shots; // at device vectors

static int group_set_up(void **state)
{
    static const struct core_cpu cpus[CPU_TOTAL] = {{{0}, 0}, {{1}, 0}, {{2}, 0}};
    struct core_setup setup = {.cpus = cpus, .cpu_count = CPU_TOTAL, .vectors = {0x20, 0x21, 0xe0}};

    fake_host_reset();
    return core_start(&setup) == RESULT_OK ? 0 : -1;
}

static int set_up(void **state)
{
    fake_host_reset();
    fake_host.on_ipi = fake_host_arrive;
    shots = 0;
    for (uint32_t i = 0; i < CPU_TOTAL; i++)
        assert_int_equal(core_cpu_join(i), RESULT_OK);
    return 0;
}

static void a_host_that_keeps_its_promises_passes(void **state)
{
    assert_int_equal(core_selftest(&test), RESULT_OK);
    assert_null(test.broken);
    assert_int_equal(test.kept, 11);
    assert_int_equal(test.not_tried, 0);
}

static void switch_off(uint32_t kinds)
{
    vector_matrix_destroy(irq_vectors());
    assert_int_equal(irq_initialise(&(struct irq_options){.disabled_kinds = kinds}), RESULT_OK);
}

static void kinds_that_are_switched_off_do_not_fail_it(void **state)
{
    switch_off(BIT(MESSAGE_MSIX) | BIT(MESSAGE_MSI));
    assert_int_equal(core_selftest(&test), RESULT_OK);
    assert_int_equal(test.kept, 11);
    switch_off(BIT(MESSAGE_MSIX) | BIT(MESSAGE_MSI) | BIT(MESSAGE_LINE));
    assert_int_equal(core_selftest(&test), RESULT_UNSUPPORTED);
    switch_off(0);
}

static void alone_what_needs_a_second_processor_is_said_to_be_untried(void **state)
{
    cpu_state_set(1, CPU_OFFLINE);
    cpu_state_set(2, CPU_OFFLINE);
    assert_int_equal(core_selftest(&test), RESULT_OK);
    assert_int_equal(test.kept, 5);
    assert_int_equal(test.not_tried, 6);
}

static bool is_device_vector(uint32_t vector)
{
    return vector >= VECTOR_DEVICE_FIRST && vector < VECTOR_DEVICE_END;
}

static void lose_some(uint32_t cpu, uint32_t vector)
{
    if (!is_device_vector(vector) || ++shots % 8)
        fake_host_arrive(cpu, vector);
}

static void count_twice(uint32_t cpu, uint32_t vector)
{
    fake_host.counts[cpu][vector] += is_device_vector(vector);
    fake_host_arrive(cpu, vector);
}

// End of interrupt before the routine: its own message comes in between.
static void interrupt_itself(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static void go_elsewhere(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(is_device_vector(vector) ? cpu ^ 1 : cpu, vector);
}

// The fourth there is the one that disconnecting shall wait for: it is still on its way when the drain is answered.
static void drain_early(uint32_t cpu, uint32_t vector)
{
    if (!is_device_vector(vector) || cpu != 1 || ++shots != 4)
        fake_host_arrive(cpu, vector);
}

static void nothing_wakes(uint32_t cpu, uint32_t vector)
{
    if (vector != 0xe0)
        fake_host_arrive(cpu, vector);
}

static void expect_broken(void (*on_ipi)(uint32_t cpu, uint32_t vector), const char *promise)
{
    fake_host.on_ipi = on_ipi;
    assert_int_equal(core_selftest(&test), RESULT_FAILED);
    assert_non_null(test.broken);
    assert_non_null(strstr(test.broken, promise));
}

static void a_lost_interrupt_is_told(void **state)
{
    expect_broken(lose_some, "a move loses nothing");
}

static void one_that_counts_twice_is_told(void **state)
{
    expect_broken(count_twice, "counted once");
}

static void an_end_of_interrupt_that_comes_early_is_told(void **state)
{
    expect_broken(interrupt_itself, "end of interrupt comes after it");
}

static void an_interrupt_on_another_cpu_is_told(void **state)
{
    expect_broken(go_elsewhere, "arrives");
}

static void a_drain_that_overtakes_is_told(void **state)
{
    expect_broken(drain_early, "disconnecting waits");
}

static void a_sleep_that_nothing_ends_is_told(void **state)
{
    expect_broken(nothing_wakes, "ends a sleep");
}

static void vectors_in_wrong_rows_are_refused(void **state)
{
    const struct core_vectors wrong[] = {{0x30, 0x21, 0xe0},
                                         {0x20, 0x31, 0xe0},
                                         {0x20, 0x20, 0xe0},
                                         {0x20, 0x21, 0x50}};

    for (uint32_t i = 0; i < ARRAY_COUNT(wrong); i++)
        assert_int_equal(core_vectors_set(wrong[i]), RESULT_INVALID);
    assert_int_equal(core_vectors.drain, 0x21);
}

static void a_cpu_whose_slots_keep_nothing_does_not_join(void **state)
{
    assert_int_equal(core_cpu_join(CPU_TOTAL), RESULT_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_host_that_keeps_its_promises_passes, set_up),
        cmocka_unit_test_setup(kinds_that_are_switched_off_do_not_fail_it, set_up),
        cmocka_unit_test_setup(alone_what_needs_a_second_processor_is_said_to_be_untried, set_up),
        cmocka_unit_test_setup(a_lost_interrupt_is_told, set_up),
        cmocka_unit_test_setup(one_that_counts_twice_is_told, set_up),
        cmocka_unit_test_setup(an_end_of_interrupt_that_comes_early_is_told, set_up),
        cmocka_unit_test_setup(an_interrupt_on_another_cpu_is_told, set_up),
        cmocka_unit_test_setup(a_drain_that_overtakes_is_told, set_up),
        cmocka_unit_test_setup(a_sleep_that_nothing_ends_is_told, set_up),
        cmocka_unit_test_setup(vectors_in_wrong_rows_are_refused, set_up),
        cmocka_unit_test_setup(a_cpu_whose_slots_keep_nothing_does_not_join, set_up),
    };

    return cmocka_run_group_tests(tests, group_set_up, NULL);
}
