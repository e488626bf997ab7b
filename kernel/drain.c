// The drain interrupt: its service count is the proof.

#include "kernel/drain.h"
#include "kernel/log.h"
#include "kernel/port.h"
#include "kernel/wait.h"

struct drain_wait {
    uint32_t cpu;
    uint64_t before;
};

static bool drain_routine(const struct interrupt *self)
{
    return true;
}

// The slot's own count, taken by the stub, is what the waiter looks at; the routine has nothing to do.
static const struct interrupt drain_object = {.routine = drain_routine,
                                              .irql = IRQL_DISPATCH,
                                              .message_id = VECTOR_DRAIN,
                                              .name = "drain"};

static bool drain_arrived(void *context)
{
    const struct drain_wait *wait = context;

    return port_slot_count(wait->cpu, VECTOR_DRAIN) != wait->before;
}

void drain_prepare(uint32_t cpu)
{
    port_slot_exchange(cpu, VECTOR_DRAIN, &drain_object);
}

enum result drain_cpu(uint32_t cpu)
{
    struct drain_wait wait = {cpu, port_slot_count(cpu, VECTOR_DRAIN)};

    port_ipi_send(cpu, VECTOR_DRAIN);
    enum result result = wait_until(drain_arrived, &wait, WAIT_MILLISECONDS(100));
    if (result != RESULT_OK)
        log_error("drain: cpu %u did not take the drain interrupt within 100 ms", cpu);
    return result;
}
