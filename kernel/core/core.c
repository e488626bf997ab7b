// The order in which the core's parts begin.

#include "kernel/core/core.h"
#include "kernel/core/core_log.h"
#include "kernel/core/dpc.h"
#include "kernel/core/drain.h"

static enum result processors_create(const struct core_setup *setup)
{
    enum result result = cpu_table_create(setup->cpu_count);

    for (uint32_t i = 0; i < setup->cpu_count && result == RESULT_OK; i++) {
        cpu_get(i)->apic_id = setup->cpus[i].apic_id;
        cpu_get(i)->node = setup->cpus[i].node;
    }
    return result;
}

enum result core_start(const struct core_setup *setup)
{
    enum result result = core_vectors_set(setup->vectors);

    if (result == RESULT_OK)
        result = processors_create(setup);
    if (result == RESULT_OK)
        result = irql_initialise(setup->cpu_count);
    if (result == RESULT_OK)
        result = dpc_initialise(setup->cpu_count);
    return result == RESULT_OK ? irq_initialise(&setup->options) : result;
}

enum result core_cpu_join(uint32_t cpu)
{
    if (cpu >= cpu_total())
        return RESULT_INVALID;
    drain_prepare(cpu);
    dpc_prepare(cpu);
    if (!host_slot_read(cpu, core_vectors.drain) || !host_slot_read(cpu, core_vectors.dispatch)) {
        core_error("cpu %u: a slot does not keep the object that was published there", cpu);
        return RESULT_MISMATCH;
    }
    dpc_cpu_return(cpu);
    cpu_state_set(cpu, CPU_ONLINE);
    irq_cpu_open(cpu);
    return RESULT_OK;
}
