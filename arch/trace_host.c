// The rings and the choice of stubs, as this machine has them.

#include "kernel/trace/trace_host.h"
#include "arch/processor.h"
#include "kernel/core/host.h"

struct trace_ring *trace_host_ring(uint32_t cpu)
{
    struct processor *processor = processor_get(cpu);

    return processor ? &processor->trace : NULL;
}

void trace_host_choose(uint32_t cpu, bool traced)
{
    bool were_on = host_interrupts_disable();

    processor_choose_stubs(processor_of(cpu), traced ? IDT_TRACED : IDT_PLAIN);
    host_interrupts_restore(were_on);
}
