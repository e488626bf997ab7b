// Self-test: levels. Deferred calls run on the right CPU at DISPATCH, real messages preempt by level, no level
// violation was counted.

#include "kernel/core/dpc.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/proof/preempt_check.h"
#include "kernel/proof/selftest.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/vectors.h"

#define SELFTEST_CALL_BOUND WAIT_MILLISECONDS(1000)

// One deferred call and where it ran.
struct selftest_call {
    struct dpc dpc;
    uint32_t cpu;
    enum irql irql;
    uint32_t runs;
};

struct selftest_calls {
    struct selftest_call *items;
    uint32_t count;
};

static void selftest_call_routine(struct dpc *self)
{
    struct selftest_call *call = CONTAINER_OF(self, struct selftest_call, dpc);
    call->cpu = host_cpu_current();
    call->irql = irql_current();
    __atomic_fetch_add(&call->runs, 1, __ATOMIC_RELEASE);
}

static bool selftest_call_has_run(const struct selftest_call *call)
{
    return __atomic_load_n(&call->runs, __ATOMIC_ACQUIRE) != 0;
}

static void selftest_spin(const struct selftest_call *call)
{
    uint64_t start = host_nanoseconds();
    while (!selftest_call_has_run(call) && host_nanoseconds() - start < SELFTEST_CALL_BOUND)
        host_relax();
}

// Sends a self-IPI above DISPATCH. If it is taken and the call interrupt sent before is not, the level held that one
// off.
static bool selftest_higher_is_taken(void)
{
    uint32_t cpu = host_cpu_current();
    uint64_t before = host_slot_count(cpu, VECTOR_IPI_WAKE), start = host_nanoseconds();
    host_ipi_send(cpu, VECTOR_IPI_WAKE);
    while (host_slot_count(cpu, VECTOR_IPI_WAKE) == before && host_nanoseconds() - start < SELFTEST_CALL_BOUND)
        host_relax();
    return host_slot_count(cpu, VECTOR_IPI_WAKE) != before;
}

// At DISPATCH a call to this CPU waits; on return to PASSIVE it runs.
static void selftest_held_call(struct selftest *test)
{
    static struct selftest_call call;
    call = (struct selftest_call){.dpc.routine = selftest_call_routine};
    enum irql previous = irql_raise(IRQL_DISPATCH);
    bool is_queued = dpc_queue(&call.dpc);
    bool is_queued_twice = dpc_queue(&call.dpc);
    bool is_fenced = selftest_higher_is_taken();
    bool is_early = selftest_call_has_run(&call);
    irql_lower(previous);
    selftest_spin(&call);
    selftest_report(test,
                    is_queued && !is_queued_twice && is_fenced && !is_early && call.runs == 1 &&
                        call.irql == IRQL_DISPATCH,
                    "dpc", NULL, "queued at DISPATCH: %s, on lowering it ran %u times at level %u",
                    is_early ? "did not wait" : "waited", call.runs, call.irql);
}

static bool selftest_calls_have_run(void *context)
{
    const struct selftest_calls *calls = context;
    for (uint32_t i = 0; i < calls->count; i++)
        if (calls->items[i].dpc.target == i && calls->items[i].dpc.is_targeted &&
            !selftest_call_has_run(&calls->items[i]))
            return false;
    return true;
}

static uint32_t selftest_calls_queue(const struct selftest_calls *calls)
{
    uint32_t queued = 0;
    for (uint32_t i = 0; i < calls->count; i++) {
        if (cpu_get(i)->state != CPU_ONLINE)
            continue;
        calls->items[i].dpc = (struct dpc){.routine = selftest_call_routine, .is_targeted = true, .target = i};
        queued += dpc_queue(&calls->items[i].dpc);
    }
    return queued;
}

static uint32_t selftest_calls_right(const struct selftest_calls *calls)
{
    uint32_t right = 0;
    for (uint32_t i = 0; i < calls->count; i++) {
        const struct selftest_call *call = &calls->items[i];
        right += call->runs == 1 && call->cpu == i && call->irql == IRQL_DISPATCH;
    }
    return right;
}

// One call to every processor.
static void selftest_sent_calls(struct selftest *test)
{
    struct selftest_calls calls = {heap_allocate(cpu_total() * sizeof(*calls.items)), cpu_total()};
    if (!calls.items) {
        selftest_report(test, false, "dpc", NULL, "no memory for the calls");
        return;
    }
    uint32_t queued = selftest_calls_queue(&calls);
    enum result result = wait_until(selftest_calls_have_run, &calls, SELFTEST_CALL_BOUND);
    uint32_t right = selftest_calls_right(&calls);
    selftest_report(test, result == RESULT_OK && queued == cpu_online_total() && right == queued, "dpc", NULL,
                    "%u processors, %u of the calls sent there ran once and at DISPATCH", cpu_online_total(), right);
    // A call that has not run is still in a queue.
    if (result == RESULT_OK)
        heap_free(calls.items);
}

static void selftest_preemption(struct selftest *test)
{
    struct preempt_check check;
    enum result result = preempt_check_run(&check);
    if (result == RESULT_UNSUPPORTED) {
        selftest_skip(test, "irql", NULL, "preemption: no device here fires a message by a store");
        return;
    }
    if (result != RESULT_OK && result != RESULT_STOPPED)
        selftest_report(test, false, "irql", NULL, "messages could not share a CPU: %s", result_name(result));
    for (uint32_t i = 0; i < check.count; i++) {
        const struct preempt_trial *trial = &check.trials[i];
        const struct device *outer = device_of(trial->outer.message->set),
                            *inner = device_of(trial->inner.message->set);
        selftest_report(test, trial->passed, "irql", outer, "%s: %s@%u 0-%llu, %s@%u %llu-%llu",
                        preempt_kind_name(trial->kind), outer->driver->name, trial->outer.irql,
                        (unsigned long long)trial->outer.ended, inner->driver->name, trial->inner.irql,
                        (unsigned long long)trial->inner.started, (unsigned long long)trial->inner.ended);
    }
}

static void selftest_violations(struct selftest *test)
{
    uint64_t violations = 0;
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        violations += irql_violations(cpu);
    selftest_report(test, violations == 0, "irql", NULL, "%llu violations of the order of levels",
                    (unsigned long long)violations);
}

void selftest_irql(struct selftest *test)
{
    selftest_held_call(test);
    selftest_sent_calls(test);
    selftest_preemption(test);
    selftest_violations(test);
}
