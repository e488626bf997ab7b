// cpus: the processors, their APIC IDs and how full their vectors are.

#include "kernel/commands/commands.h"
#include "kernel/core/cpu.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/lib/json.h"
#include "kernel/runtime/vectors.h"

// Everything taken on a CPU behind the processor's own exceptions.
static uint64_t cpus_interrupts(uint32_t cpu)
{
    uint64_t total = 0;
    for (uint32_t vector = VECTOR_DISPATCH; vector < VECTOR_COUNT; vector++)
        total += host_slot_count(cpu, vector);
    return total;
}

static void cpus_print_row(struct output *out, const struct cpu *cpu)
{
    struct vector_counts vectors = vector_matrix_counts(irq_vectors(), cpu->number);
    output_format(out, "%4u %7u %-8s %-6s %5u %6u %4u %4u %4u %8u %11llu\n", cpu->number, cpu->apic_id.value,
                  cpu_state_name(cpu->state), cpu->apic_mode ? cpu->apic_mode : "-", cpu_group(cpu->number),
                  cpu_group_number(cpu->number), cpu->node, vectors.free, vectors.allocated, vectors.draining,
                  (unsigned long long)cpus_interrupts(cpu->number));
}

static void cpus_print_json(struct output *out, const struct cpu *cpu)
{
    struct vector_counts vectors = vector_matrix_counts(irq_vectors(), cpu->number);
    struct json json;
    json_line_begin(&json, out, "cpu");
    json_number(&json, "cpu", cpu->number);
    json_number(&json, "apic_id", cpu->apic_id.value);
    json_string(&json, "state", cpu_state_name(cpu->state));
    json_string(&json, "apic_mode", cpu->apic_mode);
    json_number(&json, "group", cpu_group(cpu->number));
    json_number(&json, "number", cpu_group_number(cpu->number));
    json_number(&json, "node", cpu->node);
    json_number(&json, "vectors_free", vectors.free);
    json_number(&json, "vectors_allocated", vectors.allocated);
    json_number(&json, "vectors_draining", vectors.draining);
    json_number(&json, "interrupts", cpus_interrupts(cpu->number));
    json_string(&json, "apic_mode_reason", cpu->apic_mode_reason);
    json_line_end(&json);
}

static enum result cpus_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    if (!call->json) {
        output_format(call->out, "%u processors, %u online; %s: %s\n", cpu_total(), cpu_online_total(),
                      cpu_get(0)->apic_mode ? cpu_get(0)->apic_mode : "-",
                      cpu_get(0)->apic_mode_reason ? cpu_get(0)->apic_mode_reason : "-");
        output_format(call->out, "%4s %7s %-8s %-6s %5s %6s %4s %4s %4s %8s %11s\n", "CPU", "APIC ID", "STATE", "MODE",
                      "GROUP", "NUMBER", "NODE", "FREE", "USED", "DRAINING", "INTERRUPTS");
    }
    for (uint32_t i = 0; i < cpu_total(); i++)
        (call->json ? cpus_print_json : cpus_print_row)(call->out, cpu_get(i));
    return RESULT_OK;
}

const struct command command_cpus = {
    .name = "cpus",
    .usage = "cpus",
    .summary = "The processors and how full their vectors are",
    .run = cpus_run,
    .examples = "cpus\n",
};
