// Having a CPU look at its own interrupt hardware.

#include "kernel/diagnose/interrupt_state.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/diagnose/inspect.h"

static struct interrupt_state taken; // no caller's: a CPU that answers late may still write it

static void state_take(void *context)
{
    inspect_interrupt_state(&taken);
}

// Not by a call on the calling CPU: it would find the level that the call raises it to.
enum result interrupt_state_of(uint32_t cpu, struct interrupt_state *state)
{
    if (cpu == host_cpu_current()) {
        inspect_interrupt_state(state);
        return RESULT_OK;
    }
    enum result result = cpu_call(cpu, state_take, NULL);
    if (result == RESULT_OK)
        *state = taken;
    return result;
}
