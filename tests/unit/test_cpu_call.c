// Calls on other CPUs: run once, there, at the inter-processor level, or not at all.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/core/cpu.h"
#include "kernel/core/drain.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/runtime/vectors.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CPU_COUNT = 4 };

struct witness {
    uint32_t runs;
    uint32_t cpu;
    enum irql level;
};

static void witness_routine(void *context)
{
    struct witness *witness = context;

    witness->runs++;
    witness->cpu = host_cpu_current();
    witness->level = irql_current();
}

static int start(void **state)
{
    return cpu_table_create(CPU_COUNT) == RESULT_OK ? 0 : -1;
}

static int set_up(void **state)
{
    fake_host_reset();
    fake_host.on_ipi = fake_host_arrive;
    for (uint32_t i = 0; i < CPU_COUNT; i++) {
        cpu_state_set(i, CPU_ONLINE);
        drain_prepare(i);
        cpu_call_prepare(i);
    }
    return 0;
}

static void runs_once_on_the_cpu_that_is_called(void **state)
{
    struct witness witness = {0};

    assert_int_equal(cpu_call(2, witness_routine, &witness), RESULT_OK);
    assert_int_equal(witness.runs, 1);
    assert_int_equal(witness.cpu, 2);
    assert_int_equal(witness.level, IRQL_IPI);
}

static void the_caller_is_woken_when_it_has_ended(void **state)
{
    struct witness witness = {0};

    assert_int_equal(cpu_call(3, witness_routine, &witness), RESULT_OK);
    assert_int_equal(fake_host.ipi_count, 2);
    assert_int_equal(fake_host.ipis[1].cpu, 0);
    assert_int_equal(fake_host.ipis[1].vector, VECTOR_IPI_WAKE);
}

static void on_the_calling_cpu_it_runs_directly_at_the_same_level(void **state)
{
    struct witness witness = {0};

    assert_int_equal(cpu_call(0, witness_routine, &witness), RESULT_OK);
    assert_int_equal(witness.runs, 1);
    assert_int_equal(witness.level, IRQL_IPI);
    assert_int_equal(irql_current(), IRQL_PASSIVE);
    assert_int_equal(fake_host.ipi_count, 0);
}

static void a_cpu_that_is_not_online_is_refused(void **state)
{
    struct witness witness = {0};

    cpu_state_set(1, CPU_OFFLINE);
    assert_int_equal(cpu_call(1, witness_routine, &witness), RESULT_INVALID);
    assert_int_equal(cpu_call(CPU_COUNT, witness_routine, &witness), RESULT_INVALID);
    assert_int_equal(witness.runs, 0);
}

static void above_passive_it_is_refused(void **state)
{
    struct witness witness = {0};
    enum irql previous = irql_raise(IRQL_DISPATCH);

    assert_int_equal(cpu_call(1, witness_routine, &witness), RESULT_IRQL);
    irql_lower(previous);
    assert_int_equal(witness.runs, 0);
}

static void a_cpu_that_does_not_answer_in_time_does_not_run_it_later(void **state)
{
    struct witness late = {0}, next = {0};

    fake_host.on_ipi = NULL;
    assert_int_equal(cpu_call(1, witness_routine, &late), RESULT_TIMEOUT);
    fake_host_deliver(1, VECTOR_IPI_CALL);
    assert_int_equal(late.runs, 0);

    fake_host.on_ipi = fake_host_arrive;
    assert_int_equal(cpu_call(1, witness_routine, &next), RESULT_OK);
    assert_int_equal(next.runs, 1);
}

// CPU 1's late interrupt comes while CPU 2 is asked.
static void deliver_late(void)
{
    fake_host_deliver(1, VECTOR_IPI_CALL);
    fake_host_deliver(2, VECTOR_IPI_CALL);
}

static void a_late_interrupt_does_not_take_the_call_of_another_cpu(void **state)
{
    struct witness late = {0}, next = {0};

    fake_host.on_ipi = NULL;
    assert_int_equal(cpu_call(1, witness_routine, &late), RESULT_TIMEOUT);
    fake_host.on_idle = deliver_late;
    assert_int_equal(cpu_call(2, witness_routine, &next), RESULT_OK);
    assert_int_equal(next.runs, 1);
    assert_int_equal(next.cpu, 2);
    assert_int_equal(late.runs, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(runs_once_on_the_cpu_that_is_called, set_up),
        cmocka_unit_test_setup(the_caller_is_woken_when_it_has_ended, set_up),
        cmocka_unit_test_setup(on_the_calling_cpu_it_runs_directly_at_the_same_level, set_up),
        cmocka_unit_test_setup(a_cpu_that_is_not_online_is_refused, set_up),
        cmocka_unit_test_setup(above_passive_it_is_refused, set_up),
        cmocka_unit_test_setup(a_cpu_that_does_not_answer_in_time_does_not_run_it_later, set_up),
        cmocka_unit_test_setup(a_late_interrupt_does_not_take_the_call_of_another_cpu, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
