// The core's second port: every function of kernel/port.h over plain memory.

#include "kernel/port.h"
#include "tests/simulator/processors.h"

enum { TICK = 100, FREQUENCY = 1000000000 };

#define MESSAGE_BASE UINT64_C(0xfee00000)

static struct simulated_processor *current(void)
{
    return &simulation.processors[simulation.running];
}

uint32_t port_cpu_current(void)
{
    return simulation.running;
}

enum irql port_irql_current(void)
{
    return current()->in_service > current()->task_priority ? current()->in_service : current()->task_priority;
}

enum irql port_irql_read(void)
{
    return current()->task_priority;
}

void port_irql_write(enum irql level)
{
    current()->task_priority = level;
    processors_take(simulation.running);
}

bool port_interrupts_disable(void)
{
    bool were_on = !current()->interrupts_off;

    current()->interrupts_off = true;
    return were_on;
}

void port_interrupts_restore(bool were_on)
{
    if (!were_on)
        return;
    current()->interrupts_off = false;
    processors_take(simulation.running);
}

const struct interrupt *port_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object)
{
    struct processor_slot *slot = &simulation.processors[cpu].slots[vector];
    const struct interrupt *replaced = slot->object;

    slot->object = object;
    return replaced;
}

const struct interrupt *port_slot_read(uint32_t cpu, uint32_t vector)
{
    return simulation.processors[cpu].slots[vector].object;
}

// There is no table between a vector and its slot that could be wrong.
bool port_gate_is_ours(uint32_t cpu, uint32_t vector)
{
    return true;
}

void port_interrupt_state_read(struct interrupt_state *state)
{
    const struct simulated_processor *processor = current();

    *state = (struct interrupt_state){
        .enabled = true,
        .x2apic = true,
        .table_loaded = true,
        .apic_id = processors_apic_id(simulation.running),
        .task_priority = processor->task_priority,
        .processor_priority = port_irql_current(),
    };
    for (uint32_t i = 0; i < INTERRUPT_STATE_WORDS; i++)
        state->requested[i] = (uint32_t)(processor->requested[i / 2] >> i % 2 * 32);
}

uint64_t port_slot_count(uint32_t cpu, uint32_t vector)
{
    return simulation.processors[cpu].slots[vector].count;
}

// The upper bits of an ID go where a message address has room for them, as if a remapping entry carried them.
enum result port_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words)
{
    uint64_t id = processors_apic_id(cpu).value;

    if (simulation.processors[cpu].is_out_of_reach)
        return RESULT_UNSUPPORTED;
    words->address.address = MESSAGE_BASE | (id & 0xff) << 12 | id >> 8 << 40;
    words->data = vector;
    return RESULT_OK;
}

void port_ipi_send(uint32_t cpu, uint32_t vector)
{
    processors_request(cpu, vector);
}

// INIT: what the processor still held is gone.
enum result port_processor_stop(uint32_t cpu)
{
    struct simulated_processor *processor = &simulation.processors[cpu];

    for (uint32_t i = 0; i < ARRAY_COUNT(processor->requested); i++)
        processor->requested[i] = 0;
    processor->is_stopped = true;
    return RESULT_OK;
}

enum result port_processor_start(uint32_t cpu)
{
    simulation.processors[cpu].is_stopped = false;
    return RESULT_OK;
}

uint64_t port_nanoseconds(void)
{
    return simulation.nanoseconds += TICK;
}

uint64_t port_cycles(void)
{
    return port_nanoseconds();
}

uint64_t port_nanoseconds_at(uint64_t cycles)
{
    return cycles;
}

// Nothing is recorded here.
struct trace_ring *port_trace_ring(uint32_t cpu)
{
    return NULL;
}

void port_trace_choose(uint32_t cpu, bool traced) {}

uint64_t port_cycles_frequency(void)
{
    return FREQUENCY;
}

// What was held back is taken now. Nothing else can end the sleep: other processors act only when they are sent to.
void port_idle(uint64_t deadline_nanoseconds)
{
    port_interrupts_restore(true);
    (void)port_interrupts_disable();
    if (simulation.nanoseconds < deadline_nanoseconds)
        simulation.nanoseconds = deadline_nanoseconds;
}

void port_relax(void) {}
