// The call interrupt: one call at a time; its state passes from caller to called CPU and back.

#include "kernel/diagnose/cpu_call.h"
#include "kernel/core/cpu.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/vectors.h"

#define BOUND WAIT_MILLISECONDS(5000) // 5 s, long enough for emulators that run many processors on a few

// The called CPU moves asked -> taken -> done; a caller whose wait timed out moves asked -> idle.
enum call_state { CALL_IDLE, CALL_ASKED, CALL_TAKEN, CALL_DONE };

static struct call {
    cpu_routine *routine;
    void *context;
    uint32_t cpu;
    uint32_t caller;
    uint32_t state; // enum call_state
} call;

static bool state_change(uint32_t from, uint32_t to)
{
    return __atomic_compare_exchange_n(&call.state, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static uint32_t state_read(void)
{
    return __atomic_load_n(&call.state, __ATOMIC_ACQUIRE);
}

// An interrupt that comes after its call was abandoned finds no call, or one for another CPU.
static bool call_routine(const struct interrupt *self)
{
    if (state_read() != CALL_ASKED || call.cpu != host_cpu_current() || !state_change(CALL_ASKED, CALL_TAKEN))
        return false;
    call.routine(call.context);
    __atomic_store_n(&call.state, CALL_DONE, __ATOMIC_RELEASE);
    host_ipi_send(call.caller, VECTOR_IPI_WAKE);
    return true;
}

static const struct interrupt call_object = {.routine = call_routine,
                                             .irql = IRQL_IPI,
                                             .message_id = VECTOR_IPI_CALL,
                                             .name = "call"};

static bool call_is_done(void *context)
{
    return state_read() == CALL_DONE;
}

static enum result call_here(cpu_routine *routine, void *context)
{
    enum irql previous = irql_raise_known(IRQL_IPI);

    routine(context);
    irql_lower(previous);
    return RESULT_OK;
}

// Abandons only a call that has not begun; one that has begun is waited for a second time.
static enum result call_wait(uint32_t cpu)
{
    if (wait_until(call_is_done, NULL, BOUND) == RESULT_OK)
        return RESULT_OK;
    if (!state_change(CALL_ASKED, CALL_IDLE) && wait_until(call_is_done, NULL, BOUND) == RESULT_OK)
        return RESULT_OK;
    log_error("cpu %u: did not answer a call within 5 seconds", cpu);
    return RESULT_TIMEOUT;
}

enum result cpu_call(uint32_t cpu, cpu_routine *routine, void *context)
{
    if (!irql_allows(IRQL_PASSIVE, "cpu_call"))
        return RESULT_IRQL;
    if (cpu >= cpu_total() || cpu_get(cpu)->state != CPU_ONLINE)
        return RESULT_INVALID;
    if (cpu == host_cpu_current())
        return call_here(routine, context);
    // A call that never returned from its routine still owns the record.
    if (state_read() == CALL_TAKEN) {
        log_error("cpu %u: not called: cpu %u is still inside an earlier call", cpu, call.cpu);
        return RESULT_TIMEOUT;
    }
    call.routine = routine;
    call.context = context;
    call.cpu = cpu;
    call.caller = host_cpu_current();
    __atomic_store_n(&call.state, CALL_ASKED, __ATOMIC_RELEASE);
    host_ipi_send(cpu, VECTOR_IPI_CALL);
    return call_wait(cpu);
}

void cpu_call_prepare(uint32_t cpu)
{
    host_slot_exchange(cpu, VECTOR_IPI_CALL, &call_object);
}
