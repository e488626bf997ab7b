// Reads a CPU's interrupt hardware on that CPU.

#include "kernel/diagnose/interrupt_state.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/diagnose/inspect.h"

static struct interrupt_state taken; // static, not a caller's: a CPU that answers late may still write it

static void state_take(void *context)
{
    inspect_interrupt_state(&taken);
}

// On the calling CPU read directly: inside a call the level would be IRQL_IPI.
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
