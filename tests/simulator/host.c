// The core's second port: every function of kernel/core/host.h over plain memory.

#include "kernel/core/host.h"
#include "kernel/diagnose/inspect.h"
#include "kernel/runtime/clock.h"
#include "kernel/trace/trace_host.h"
#include "tests/simulator/processors.h"

enum { TICK = 100, FREQUENCY = 1000000000 };

#define MESSAGE_BASE UINT64_C(0xfee00000)

static struct simulated_processor *current(void)
{
    return &simulation.processors[simulation.running];
}

uint32_t host_cpu_current(void)
{
    return simulation.running;
}

enum irql host_irql_current(void)
{
    return current()->in_service > current()->task_priority ? current()->in_service : current()->task_priority;
}

enum irql host_irql_read(void)
{
    return current()->task_priority;
}

void host_irql_write(enum irql level)
{
    current()->task_priority = level;
    processors_take(simulation.running);
}

bool host_interrupts_disable(void)
{
    bool were_on = !current()->interrupts_off;

    current()->interrupts_off = true;
    return were_on;
}

void host_interrupts_restore(bool were_on)
{
    if (!were_on)
        return;
    current()->interrupts_off = false;
    processors_take(simulation.running);
}

const struct interrupt *host_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object)
{
    struct processor_slot *slot = &simulation.processors[cpu].slots[vector];
    const struct interrupt *replaced = slot->object;

    slot->object = object;
    return replaced;
}

const struct interrupt *host_slot_read(uint32_t cpu, uint32_t vector)
{
    return simulation.processors[cpu].slots[vector].object;
}

// There is no table between a vector and its slot that could be wrong.
bool inspect_gate_is_ours(uint32_t cpu, uint32_t vector)
{
    return true;
}

void inspect_interrupt_state(struct interrupt_state *state)
{
    const struct simulated_processor *processor = current();

    *state = (struct interrupt_state){
        .enabled = true,
        .x2apic = true,
        .table_loaded = true,
        .exceptions_kept = true,
        .apic_id = processors_apic_id(simulation.running),
        .task_priority = processor->task_priority,
        .processor_priority = host_irql_current(),
    };
    for (uint32_t i = 0; i < INTERRUPT_STATE_WORDS; i++)
        state->requested[i] = (uint32_t)(processor->requested[i / 2] >> i % 2 * 32);
}

uint64_t host_slot_count(uint32_t cpu, uint32_t vector)
{
    return simulation.processors[cpu].slots[vector].count;
}

// The upper bits of an ID go where a message address has room for them, as if a remapping entry carried them.
enum result host_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words)
{
    uint64_t id = processors_apic_id(cpu).value;

    if (simulation.processors[cpu].is_out_of_reach)
        return RESULT_UNSUPPORTED;
    words->address.address = MESSAGE_BASE | (id & 0xff) << 12 | id >> 8 << 40;
    words->data = vector;
    return RESULT_OK;
}

void host_ipi_send(uint32_t cpu, uint32_t vector)
{
    processors_request(cpu, vector);
}

// INIT: what the processor still held is gone.
enum result host_processor_stop(uint32_t cpu)
{
    struct simulated_processor *processor = &simulation.processors[cpu];

    for (uint32_t i = 0; i < ARRAY_COUNT(processor->requested); i++)
        processor->requested[i] = 0;
    processor->is_stopped = true;
    return RESULT_OK;
}

enum result host_processor_start(uint32_t cpu)
{
    simulation.processors[cpu].is_stopped = false;
    return RESULT_OK;
}

uint64_t host_nanoseconds(void)
{
    return simulation.nanoseconds += TICK;
}

uint64_t clock_cycles(void)
{
    return host_nanoseconds();
}

uint64_t clock_nanoseconds_at(uint64_t cycles)
{
    return cycles;
}

// Nothing is recorded here.
struct trace_ring *trace_host_ring(uint32_t cpu)
{
    return NULL;
}

void trace_host_choose(uint32_t cpu, bool traced) {}

uint64_t clock_frequency(void)
{
    return FREQUENCY;
}

// What was held back is taken now. Nothing else can end the sleep: other processors act only when they are sent to.
void host_idle(uint64_t deadline_nanoseconds)
{
    host_interrupts_restore(true);
    (void)host_interrupts_disable();
    if (simulation.nanoseconds < deadline_nanoseconds)
        simulation.nanoseconds = deadline_nanoseconds;
}

void host_relax(void) {}
