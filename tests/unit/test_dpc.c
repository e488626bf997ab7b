// Deferred calls: once each, on their CPU, the important ones first, never nested, none left behind.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/core/dpc.h"
#include "kernel/core/drain.h"
#include "kernel/runtime/vectors.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CPU_COUNT = 4, CALL_COUNT = 24, HISTORY = 64 };

struct call {
    struct dpc dpc;
    uint32_t runs;
    uint32_t cpu;
    uint32_t requeues; // times it queues itself again from its routine
};

static struct call calls[CALL_COUNT];
static const struct call *history[HISTORY];
static uint32_t history_count;
static bool is_running;
static void (*inside)(void); // what happens during a routine

static void routine(struct dpc *self)
{
    struct call *call = CONTAINER_OF(self, struct call, dpc);

    assert_false(is_running);
    is_running = true;
    assert_int_equal(irql_current(), IRQL_DISPATCH);
    call->runs++;
    call->cpu = host_cpu_current();
    history[history_count++ % HISTORY] = call;
    if (inside)
        inside();
    if (call->requeues && call->requeues--)
        assert_true(dpc_queue(self));
    is_running = false;
}

static int start(void **state)
{
    return dpc_initialise(CPU_COUNT) == RESULT_OK ? 0 : -1;
}

static int set_up(void **state)
{
    fake_host_reset();
    fake_host.on_ipi = fake_host_arrive;
    memset(calls, 0, sizeof(calls));
    for (uint32_t i = 0; i < CALL_COUNT; i++)
        calls[i].dpc.routine = routine;
    for (uint32_t i = 0; i < CPU_COUNT; i++) {
        dpc_prepare(i);
        drain_prepare(i);
    }
    history_count = 0;
    is_running = false;
    inside = NULL;
    return 0;
}

static void target(struct call *call, uint32_t cpu)
{
    call->dpc.is_targeted = true;
    call->dpc.target = cpu;
}

static void a_call_queued_in_a_service_routine_runs_before_passive_and_not_sooner(void **state)
{
    fake_host.irql = IRQL_DEVICE_LOWEST;
    assert_true(dpc_queue(&calls[0].dpc));
    assert_int_equal(calls[0].runs, 0);
    assert_int_equal(dpc_waiting(0), 1);
    fake_host.irql = IRQL_PASSIVE;
    host_irql_write(IRQL_PASSIVE); // the end of interrupt: the level sinks
    assert_int_equal(calls[0].runs, 1);
    assert_int_equal(dpc_waiting(0), 0);
}

static void one_queueing_at_a_time(void **state)
{
    uint64_t before = dpc_count(0);

    host_irql_write(IRQL_DISPATCH);
    assert_true(dpc_queue(&calls[0].dpc));
    assert_false(dpc_queue(&calls[0].dpc));
    fake_host.cpu = 1;
    assert_false(dpc_queue(&calls[0].dpc));
    fake_host.cpu = 0;
    host_irql_write(IRQL_PASSIVE);
    assert_int_equal(calls[0].runs, 1);
    assert_int_equal(dpc_count(0) - before, 1);
    assert_true(dpc_queue(&calls[0].dpc));
    assert_int_equal(calls[0].runs, 2);
}

static void a_call_goes_to_its_target_by_one_interrupt(void **state)
{
    target(&calls[0], 3);
    assert_true(dpc_queue(&calls[0].dpc));
    assert_int_equal(calls[0].cpu, 3);
    assert_int_equal(fake_host.ipi_count, 1);
    assert_int_equal(fake_host.ipis[0].cpu, 3);
    assert_int_equal(fake_host.ipis[0].vector, VECTOR_DISPATCH);
}

static void many_calls_need_one_interrupt(void **state)
{
    host_irql_write(IRQL_DISPATCH);
    for (uint32_t i = 0; i < CALL_COUNT; i++)
        assert_true(dpc_queue(&calls[i].dpc));
    assert_int_equal(fake_host.ipi_count, 1);
    assert_int_equal(dpc_waiting(0), CALL_COUNT);
    host_irql_write(IRQL_PASSIVE);
    assert_int_equal(history_count, CALL_COUNT);
    assert_int_equal(fake_host.ipi_count, 1);
}

static void importance_comes_first_and_then_the_order_of_queueing(void **state)
{
    static const enum dpc_importance importance[] = {DPC_LOW, DPC_MEDIUM, DPC_HIGH, DPC_LOW, DPC_HIGH, DPC_MEDIUM};
    static const uint32_t order[] = {2, 4, 1, 5, 0, 3};

    host_irql_write(IRQL_DISPATCH);
    for (uint32_t i = 0; i < ARRAY_COUNT(importance); i++) {
        calls[i].dpc.importance = importance[i];
        assert_true(dpc_queue(&calls[i].dpc));
    }
    host_irql_write(IRQL_PASSIVE);
    assert_int_equal(history_count, ARRAY_COUNT(order));
    for (uint32_t i = 0; i < ARRAY_COUNT(order); i++)
        assert_ptr_equal(history[i], &calls[order[i]]);
}

static void queue_another(void)
{
    inside = NULL;
    assert_true(dpc_queue(&calls[1].dpc));
    assert_int_equal(calls[1].runs, 0);
}

static void a_call_queued_while_others_run_does_not_nest_and_is_not_lost(void **state)
{
    inside = queue_another;
    assert_true(dpc_queue(&calls[0].dpc));
    assert_int_equal(calls[0].runs, 1);
    assert_int_equal(calls[1].runs, 1);
    assert_int_equal(fake_host.ipi_count, 1);
}

static void a_routine_may_queue_itself_and_lets_its_levels_other_vectors_in(void **state)
{
    calls[0].requeues = 1000;
    assert_true(dpc_queue(&calls[0].dpc));
    assert_int_equal(calls[0].runs, 1001);
    assert_in_range(fake_host.ipi_count, 1000 / 64, 1000 / 16);
    assert_int_equal(dpc_waiting(0), 0);
}

static void a_processor_that_leaves_hands_its_calls_to_the_boot_processor(void **state)
{
    fake_host.on_ipi = NULL; // processor 2 does not get to them any more
    for (uint32_t i = 0; i < 3; i++) {
        target(&calls[i], 2);
        calls[i].dpc.importance = (enum dpc_importance)(i % DPC_IMPORTANCE_COUNT);
        assert_true(dpc_queue(&calls[i].dpc));
    }
    assert_int_equal(dpc_waiting(2), 3);
    fake_host.on_ipi = fake_host_arrive;
    assert_int_equal(dpc_cpu_leave(2), RESULT_OK);
    assert_int_equal(dpc_waiting(2), 0);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(calls[i].runs, 1);
        assert_int_equal(calls[i].cpu, 0);
    }
    assert_int_equal(fake_host.counts[2][VECTOR_DRAIN], 2);
    assert_true(dpc_queue(&calls[0].dpc));
    assert_int_equal(calls[0].cpu, 0);
    dpc_cpu_return(2);
    assert_true(dpc_queue(&calls[0].dpc));
    assert_int_equal(calls[0].cpu, 2);
    assert_int_equal(calls[0].runs, 3);
}

static void a_processor_whose_call_does_not_end_cannot_leave(void **state)
{
    fake_host.on_ipi = NULL;
    assert_int_equal(dpc_cpu_leave(1), RESULT_TIMEOUT);
    dpc_cpu_return(1);
}

static void a_processor_that_there_is_not_gets_none(void **state)
{
    target(&calls[0], 77);
    assert_true(dpc_queue(&calls[0].dpc));
    assert_int_equal(calls[0].cpu, 0);
    assert_int_equal(dpc_count(77), 0);
}

// The model: who waits where, in the order they must run.
struct model {
    uint32_t waiting[CPU_COUNT][CALL_COUNT]; // numbers of calls
    uint32_t count[CPU_COUNT];
    bool is_queued[CALL_COUNT];
    uint32_t runs[CALL_COUNT];
};

static uint32_t rank(const struct call *call)
{
    static const uint32_t ranks[DPC_IMPORTANCE_COUNT] = {[DPC_HIGH] = 0, [DPC_MEDIUM] = 1, [DPC_LOW] = 2};

    return ranks[call->dpc.importance];
}

static void model_queue(struct model *model, uint32_t number, uint32_t cpu)
{
    uint32_t *waiting = model->waiting[cpu], at = model->count[cpu]++;

    while (at && rank(&calls[waiting[at - 1]]) > rank(&calls[number])) {
        waiting[at] = waiting[at - 1];
        at--;
    }
    waiting[at] = number;
    model->is_queued[number] = true;
}

static void model_drain(struct model *model, uint32_t cpu)
{
    assert_int_equal(history_count, model->count[cpu]);
    for (uint32_t i = 0; i < model->count[cpu]; i++) {
        uint32_t number = model->waiting[cpu][i];
        assert_ptr_equal(history[i], &calls[number]);
        assert_int_equal(calls[number].cpu, cpu);
        model->is_queued[number] = false;
        model->runs[number]++;
    }
    model->count[cpu] = 0;
}

// Nothing is delivered until a CPU sinks to PASSIVE; until then its queue grows.
static void random_step(struct model *model)
{
    uint32_t number = (uint32_t)rand() % CALL_COUNT, here = (uint32_t)rand() % CPU_COUNT;
    struct call *call = &calls[number];

    if (rand() % 4) {
        fake_host.cpu = here;
        if (!model->is_queued[number]) {
            call->dpc.importance = (enum dpc_importance)(rand() % DPC_IMPORTANCE_COUNT);
            call->dpc.is_targeted = rand() % 2;
            call->dpc.target = (uint32_t)rand() % CPU_COUNT;
        }
        uint32_t cpu = call->dpc.is_targeted ? call->dpc.target : here;
        assert_int_equal(dpc_queue(&call->dpc), !model->is_queued[number]);
        if (!model->is_queued[number])
            model_queue(model, number, cpu);
    } else {
        history_count = 0;
        fake_host_deliver(here, VECTOR_DISPATCH);
        model_drain(model, here);
    }
    for (uint32_t cpu = 0; cpu < CPU_COUNT; cpu++)
        assert_int_equal(dpc_waiting(cpu), model->count[cpu]);
    for (uint32_t i = 0; i < CALL_COUNT; i++)
        assert_int_equal(calls[i].runs, model->runs[i]);
}

static void random_calls_run_once_on_their_processor_in_order(void **state)
{
    static struct model model;

    srand(3);
    memset(&model, 0, sizeof(model));
    fake_host.on_ipi = NULL;
    for (uint32_t i = 0; i < 200000; i++)
        random_step(&model);
    for (uint32_t cpu = 0; cpu < CPU_COUNT; cpu++)
        fake_host_deliver(cpu, VECTOR_DISPATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_call_queued_in_a_service_routine_runs_before_passive_and_not_sooner, set_up),
        cmocka_unit_test_setup(one_queueing_at_a_time, set_up),
        cmocka_unit_test_setup(a_call_goes_to_its_target_by_one_interrupt, set_up),
        cmocka_unit_test_setup(many_calls_need_one_interrupt, set_up),
        cmocka_unit_test_setup(importance_comes_first_and_then_the_order_of_queueing, set_up),
        cmocka_unit_test_setup(a_call_queued_while_others_run_does_not_nest_and_is_not_lost, set_up),
        cmocka_unit_test_setup(a_routine_may_queue_itself_and_lets_its_levels_other_vectors_in, set_up),
        cmocka_unit_test_setup(a_processor_that_leaves_hands_its_calls_to_the_boot_processor, set_up),
        cmocka_unit_test_setup(a_processor_whose_call_does_not_end_cannot_leave, set_up),
        cmocka_unit_test_setup(a_processor_that_there_is_not_gets_none, set_up),
        cmocka_unit_test_setup(random_calls_run_once_on_their_processor_in_order, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
