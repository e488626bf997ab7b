// The port without a machine.

#include "tests/fakes/port.h"
#include <assert.h>

enum { FAKE_STEP = 100, FAKE_FREQUENCY = 1000000000 };

struct fake_port fake_port = {.interrupts_on = true, .step = FAKE_STEP, .cycles_frequency = FAKE_FREQUENCY};

void fake_port_reset(void)
{
    fake_port = (struct fake_port){.interrupts_on = true, .step = FAKE_STEP, .cycles_frequency = FAKE_FREQUENCY};
    for (uint32_t i = 0; i < FAKE_CPU_COUNT; i++) {
        fake_port.apic_ids[i] = i;
        fake_port.states[i] = (struct interrupt_state){.enabled = true, .table_loaded = true, .apic_id = {i}};
    }
}

bool fake_port_deliver(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    const struct interrupt *object = fake_port.slots[cpu][vector];

    uint32_t interrupted_cpu = fake_port.cpu;
    enum irql interrupted_irql = fake_port.irql;

    fake_port.counts[cpu][vector]++;
    if (!object)
        return false;
    fake_port.cpu = cpu;
    fake_port.irql = irql_of_vector(vector);
    object->routine(object);
    fake_port.irql = interrupted_irql;
    fake_port.cpu = interrupted_cpu;
    return true;
}

// Highest first, each once; what they pend in turn as well.
static void deliver_pending(void)
{
    for (uint32_t vector = VECTOR_COUNT - 1; irql_of_vector(vector) > port_irql_current(); vector--) {
        if (!fake_port.pending[vector])
            continue;
        fake_port.pending[vector] = false;
        fake_port_deliver(fake_port.cpu, vector);
        vector = VECTOR_COUNT;
    }
}

void fake_port_arrive(uint32_t cpu, uint32_t vector)
{
    if (cpu == fake_port.cpu && irql_of_vector(vector) <= port_irql_current())
        fake_port.pending[vector] = true;
    else
        fake_port_deliver(cpu, vector);
    deliver_pending();
}

uint32_t port_cpu_current(void)
{
    return fake_port.cpu;
}

enum irql port_irql_current(void)
{
    return fake_port.irql > fake_port.cr8 ? fake_port.irql : fake_port.cr8;
}

enum irql port_irql_read(void)
{
    return fake_port.cr8;
}

void port_irql_write(enum irql level)
{
    fake_port.cr8 = level;
    deliver_pending();
}

bool port_interrupts_disable(void)
{
    bool were_on = fake_port.interrupts_on;
    fake_port.interrupts_on = false;
    return were_on;
}

void port_interrupts_restore(bool were_on)
{
    fake_port.interrupts_on = were_on;
}

const struct interrupt *port_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    const struct interrupt *replaced = fake_port.slots[cpu][vector];

    fake_port.slots[cpu][vector] = object;
    return replaced;
}

const struct interrupt *port_slot_read(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    return fake_port.slots[cpu][vector];
}

bool port_gate_is_ours(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    return !fake_port.gates_broken[cpu][vector];
}

void port_interrupt_state_read(struct interrupt_state *state)
{
    *state = fake_port.states[fake_port.cpu];
}

uint64_t port_slot_count(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    return fake_port.counts[cpu][vector];
}

// The physical destination format without remapping; with it, a stand-in that keeps cpu and vector apart as well.
enum result port_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    uint64_t apic_id = fake_port.apic_ids[cpu];

    if (apic_id > 255 && !fake_port.is_remapped)
        return RESULT_UNSUPPORTED;
    words->address.address = UINT64_C(0xfee00000) | (apic_id & 0xff) << 12 | (apic_id >> 8) << 40;
    words->data = vector;
    return RESULT_OK;
}

enum result port_message_decode(struct message_words words, struct message_target *target)
{
    uint64_t address = words.address.address;

    if ((address & UINT64_C(0xfff00000)) != UINT64_C(0xfee00000) || (!fake_port.is_remapped && address >> 32))
        return RESULT_INVALID;
    target->apic_id.value = (uint32_t)(address >> 12 & 0xff) | (uint32_t)(address >> 40) << 8;
    target->vector = words.data & 0xff;
    target->is_plain = words.data >> 8 == 0;
    return RESULT_OK;
}

void port_ipi_send(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    if (fake_port.ipi_count < FAKE_IPI_COUNT)
        fake_port.ipis[fake_port.ipi_count] = (struct fake_ipi){cpu, vector};
    fake_port.ipi_count++;
    if (fake_port.on_ipi)
        fake_port.on_ipi(cpu, vector);
}

enum result port_processor_stop(uint32_t cpu)
{
    fake_port.stopped[cpu] = fake_port.stop_result == RESULT_OK;
    return fake_port.stop_result;
}

enum result port_processor_start(uint32_t cpu)
{
    if (fake_port.start_result == RESULT_OK)
        fake_port.stopped[cpu] = false;
    return fake_port.start_result;
}

uint64_t port_nanoseconds(void)
{
    fake_port.nanoseconds += fake_port.step;
    return fake_port.nanoseconds;
}

uint64_t port_cycles(void)
{
    return port_nanoseconds();
}

uint64_t port_cycles_frequency(void)
{
    return fake_port.cycles_frequency;
}

uint64_t port_nanoseconds_at(uint64_t cycles)
{
    return cycles;
}

struct trace_ring *port_trace_ring(uint32_t cpu)
{
    return cpu < FAKE_CPU_COUNT ? &fake_port.rings[cpu] : NULL;
}

void port_trace_choose(uint32_t cpu, bool traced)
{
    assert(cpu < FAKE_CPU_COUNT);
    fake_port.traced[cpu] = traced;
}

void port_idle(uint64_t deadline_nanoseconds)
{
    assert(!fake_port.interrupts_on);
    fake_port.idle_count++;
    fake_port.idle_deadline = deadline_nanoseconds;
    if (fake_port.nanoseconds < deadline_nanoseconds)
        fake_port.nanoseconds = deadline_nanoseconds;
    if (fake_port.on_idle)
        fake_port.on_idle();
}

uint64_t port_idle_since(void)
{
    return fake_port.idle_since;
}

uint64_t port_cycles_waited(void)
{
    return fake_port.cycles_waited;
}

enum result port_bench(struct bench_trial *trial)
{
    return fake_port.on_bench ? fake_port.on_bench(trial) : RESULT_TIMEOUT;
}

void port_relax(void)
{
    fake_port.relax_count++;
    if (fake_port.on_relax)
        fake_port.on_relax();
}
