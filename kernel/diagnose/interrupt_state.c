// Having a CPU look at its own interrupt hardware.

#include "kernel/diagnose/interrupt_state.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/port.h"

static struct interrupt_state taken; // no caller's: a CPU that answers late may still write it

static void state_take(void *context)
{
    port_interrupt_state_read(&taken);
}

// Not by a call on the calling CPU: it would find the level that the call raises it to.
enum result interrupt_state_of(uint32_t cpu, struct interrupt_state *state)
{
    if (cpu == port_cpu_current()) {
        port_interrupt_state_read(state);
        return RESULT_OK;
    }
    enum result result = cpu_call(cpu, state_take, NULL);
    if (result == RESULT_OK)
        *state = taken;
    return result;
}
