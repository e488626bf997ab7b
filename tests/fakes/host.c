// The host without a machine.

#include "tests/fakes/host.h"
#include "kernel/core/drain.h"
#include <assert.h>

enum { FAKE_STEP = 100, FAKE_FREQUENCY = 1000000000 };

struct fake_host fake_host = {.interrupts_on = true, .step = FAKE_STEP, .cycles_frequency = FAKE_FREQUENCY};

void fake_host_reset(void)
{
    fake_host = (struct fake_host){.interrupts_on = true, .step = FAKE_STEP, .cycles_frequency = FAKE_FREQUENCY};
    for (uint32_t i = 0; i < FAKE_CPU_COUNT; i++) {
        fake_host.apic_ids[i] = i;
        fake_host.states[i] =
            (struct interrupt_state){.enabled = true, .table_loaded = true, .exceptions_kept = true, .apic_id = {i}};
        drain_prepare(i);
    }
}

static bool deliver_pending(void);

bool fake_host_deliver(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    const struct interrupt *object = fake_host.slots[cpu][vector];

    uint32_t interrupted_cpu = fake_host.cpu;
    enum irql interrupted_irql = fake_host.irql;

    fake_host.counts[cpu][vector]++;
    if (!object)
        return false;
    fake_host.cpu = cpu;
    fake_host.irql = irql_of_vector(vector);
    object->routine(object);
    if (cpu != interrupted_cpu) {
        fake_host.irql = IRQL_PASSIVE;
        deliver_pending();
    }
    fake_host.irql = interrupted_irql;
    fake_host.cpu = interrupted_cpu;
    return true;
}

static enum irql level_now(void)
{
    return fake_host.irql > fake_host.cr8 ? fake_host.irql : fake_host.cr8;
}

// Highest first, each once; what they pend in turn as well. Answers whether there was one.
static bool deliver_pending(void)
{
    bool is_taken = false;

    for (uint32_t vector = VECTOR_COUNT - 1; irql_of_vector(vector) > level_now(); vector--) {
        if (!fake_host.pending[fake_host.cpu][vector])
            continue;
        fake_host.pending[fake_host.cpu][vector] = false;
        fake_host_deliver(fake_host.cpu, vector);
        vector = VECTOR_COUNT;
        is_taken = true;
    }
    return is_taken;
}

void fake_host_arrive(uint32_t cpu, uint32_t vector)
{
    bool is_here = cpu == fake_host.cpu;

    if (is_here && (!fake_host.interrupts_on || irql_of_vector(vector) <= level_now()))
        fake_host.pending[fake_host.cpu][vector] = true;
    else
        fake_host_deliver(cpu, vector);
    if (fake_host.interrupts_on)
        deliver_pending();
}

uint32_t host_cpu_current(void)
{
    return fake_host.cpu;
}

enum irql host_irql_current(void)
{
    fake_host.level_reads++;
    return level_now();
}

enum irql host_irql_read(void)
{
    return fake_host.cr8;
}

void host_irql_write(enum irql level)
{
    fake_host.cr8 = level;
    if (fake_host.interrupts_on)
        deliver_pending();
}

bool host_interrupts_disable(void)
{
    bool were_on = fake_host.interrupts_on;
    fake_host.interrupts_on = false;
    return were_on;
}

void host_interrupts_restore(bool were_on)
{
    fake_host.interrupts_on = were_on;
    if (were_on)
        deliver_pending();
}

const struct interrupt *host_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    const struct interrupt *replaced = fake_host.slots[cpu][vector];

    fake_host.slots[cpu][vector] = object;
    return replaced;
}

const struct interrupt *host_slot_read(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    return fake_host.slots[cpu][vector];
}

bool inspect_gate_is_ours(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    return !fake_host.gates_broken[cpu][vector];
}

void inspect_interrupt_state(struct interrupt_state *state)
{
    *state = fake_host.states[fake_host.cpu];
}

uint64_t host_slot_count(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    return fake_host.counts[cpu][vector];
}

// The physical destination format without remapping; with it, a stand-in that keeps cpu and vector apart as well.
enum result host_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    uint64_t apic_id = fake_host.apic_ids[cpu];

    if (apic_id > 255 && !fake_host.is_remapped)
        return RESULT_UNSUPPORTED;
    words->address.address = UINT64_C(0xfee00000) | (apic_id & 0xff) << 12 | (apic_id >> 8) << 40;
    words->data = vector;
    return RESULT_OK;
}

enum result inspect_message_decode(struct message_words words, struct message_target *target)
{
    uint64_t address = words.address.address;

    if ((address & UINT64_C(0xfff00000)) != UINT64_C(0xfee00000) || (!fake_host.is_remapped && address >> 32))
        return RESULT_INVALID;
    target->apic_id.value = (uint32_t)(address >> 12 & 0xff) | (uint32_t)(address >> 40) << 8;
    target->vector = words.data & 0xff;
    target->is_plain = words.data >> 8 == 0;
    return RESULT_OK;
}

void host_ipi_send(uint32_t cpu, uint32_t vector)
{
    assert(cpu < FAKE_CPU_COUNT && vector < VECTOR_COUNT);
    if (fake_host.ipi_count < FAKE_IPI_COUNT)
        fake_host.ipis[fake_host.ipi_count] = (struct fake_ipi){cpu, vector};
    fake_host.ipi_count++;
    if (fake_host.on_ipi)
        fake_host.on_ipi(cpu, vector);
}

enum result host_processor_stop(uint32_t cpu)
{
    fake_host.stopped[cpu] = fake_host.stop_result == RESULT_OK;
    return fake_host.stop_result;
}

enum result host_processor_start(uint32_t cpu)
{
    if (fake_host.start_result == RESULT_OK)
        fake_host.stopped[cpu] = false;
    return fake_host.start_result;
}

uint64_t host_nanoseconds(void)
{
    fake_host.nanoseconds += fake_host.step;
    return fake_host.nanoseconds;
}

uint64_t clock_cycles(void)
{
    return host_nanoseconds();
}

uint64_t clock_frequency(void)
{
    return fake_host.cycles_frequency;
}

uint64_t clock_nanoseconds_at(uint64_t cycles)
{
    return cycles;
}

struct trace_ring *trace_host_ring(uint32_t cpu)
{
    return cpu < FAKE_CPU_COUNT ? &fake_host.rings[cpu] : NULL;
}

void trace_host_choose(uint32_t cpu, bool traced)
{
    assert(cpu < FAKE_CPU_COUNT);
    fake_host.traced[cpu] = traced;
}

void host_idle(uint64_t deadline_nanoseconds)
{
    assert(!fake_host.interrupts_on);
    fake_host.idle_count++;
    fake_host.idle_deadline = deadline_nanoseconds;
    if (deliver_pending())
        return;
    if (fake_host.nanoseconds < deadline_nanoseconds)
        fake_host.nanoseconds = deadline_nanoseconds;
    if (fake_host.on_idle)
        fake_host.on_idle();
}

uint64_t clock_idle_since(void)
{
    return fake_host.idle_since;
}

uint64_t clock_waited(void)
{
    return fake_host.cycles_waited;
}

enum result bench_host_measure(struct bench_trial *trial)
{
    return fake_host.on_bench ? fake_host.on_bench(trial) : RESULT_TIMEOUT;
}

void host_relax(void)
{
    fake_host.relax_count++;
    if (fake_host.on_relax)
        fake_host.on_relax();
}

// Raw registers: a processor whose MSRs end at 0xfff, one IOAPIC of two pins, memory that holds its own address.

bool raw_msr_read(uint32_t number, uint64_t *value)
{
    *value = number * UINT64_C(0x100000001);
    return number < 0x1000;
}

void raw_cpuid_read(uint32_t leaf, uint32_t subleaf, struct raw_cpuid *registers)
{
    *registers = (struct raw_cpuid){leaf & 0x80000000 ? 0x80000001 : 3, leaf, subleaf, 4};
}

bool raw_apic_read(uint32_t index, struct raw_apic_register *found)
{
    *found = index ? (struct raw_apic_register){"IRR", 0x20, 0x10} : (struct raw_apic_register){"ID", 2, 0};
    return index < 2;
}

bool raw_ioapic_get(uint32_t index, struct raw_ioapic *found)
{
    *found = (struct raw_ioapic){7, 0x10020, 24, 2};
    return index == 0;
}

uint64_t raw_ioapic_entry(uint32_t index, uint32_t pin)
{
    return pin ? UINT64_C(0x020000000000a051) : 0x10000;
}

enum result raw_memory_read(struct physical address, uint32_t *value)
{
    *value = (uint32_t)address.address;
    return RESULT_OK;
}

enum result raw_device_read(struct physical address, uint32_t *value)
{
    *value = ~(uint32_t)address.address;
    return RESULT_OK;
}
