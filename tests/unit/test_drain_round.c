// A round of drains: each processor once, whatever it answers.
// sources: tests/fakes/host.c tests/fakes/heap.c

#include "kernel/core/drain.h"
#include "kernel/core/drain_round.h"
#include "kernel/runtime/vectors.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { CPUS = 4, DEAF_CPU = 2, INTERRUPTS = 2 }; // interrupts of a drain

static uint32_t drains[CPUS];

static void take(uint32_t cpu, uint32_t vector)
{
    if (vector == VECTOR_DRAIN)
        drains[cpu]++;
    if (cpu != DEAF_CPU)
        fake_host_deliver(cpu, vector);
}

static int begin(void **state)
{
    fake_host_reset();
    fake_host.on_ipi = take;
    for (uint32_t i = 0; i < CPUS; i++) {
        drain_prepare(i);
        drains[i] = 0;
    }
    drain_round_begin();
    return 0;
}

static int table_create(void **state)
{
    return cpu_table_create(CPUS) == RESULT_OK ? 0 : -1;
}

static void a_processor_is_drained_once_a_round(void **state)
{
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(drain_round_cpu(1), RESULT_OK);
    assert_int_equal(drains[1], INTERRUPTS);
    drain_round_begin();
    assert_int_equal(drain_round_cpu(1), RESULT_OK);
    assert_int_equal(drain_round_cpu(3), RESULT_OK);
    assert_int_equal(drains[1], 2 * INTERRUPTS);
    assert_int_equal(drains[3], INTERRUPTS);
}

static void one_that_did_not_drain_is_not_waited_for_again(void **state)
{
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(drain_round_cpu(DEAF_CPU), RESULT_TIMEOUT);
    assert_int_equal(drains[DEAF_CPU], 1);
}

static void a_messages_round_goes_where_it_is_and_where_it_was(void **state)
{
    struct message message = {.cpu = 0, .old_count = 2, .old = {{.cpu = 1}, {.cpu = 3}}};

    assert_int_equal(drain_round_message(&message), RESULT_OK);
    assert_true(drains[0] && drains[1] && drains[3] && !drains[DEAF_CPU]);
    message.old[0].cpu = DEAF_CPU;
    message.old[1].cpu = 1;
    uint32_t before = drains[1];
    assert_int_equal(drain_round_message(&message), RESULT_TIMEOUT);
    assert_int_equal(drains[1], before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_processor_is_drained_once_a_round, begin),
        cmocka_unit_test_setup(one_that_did_not_drain_is_not_waited_for_again, begin),
        cmocka_unit_test_setup(a_messages_round_goes_where_it_is_and_where_it_was, begin),
    };

    return cmocka_run_group_tests(tests, table_create, NULL);
}
