// The port of the core on the model machine. CPU 0 runs the code under test.

#include "kernel/core/message.h"
#include "kernel/runtime/vectors.h"
#include "tests/fakes/machine.h"
#include <assert.h>
#include <string.h>

enum {
    WITHHELD_COUNT = 64, // slots kept back by damage.publish
    PATIENCE = 20,       // idle turns until every processor has served what it has
    IDLE_TIME = 1000000, // nanoseconds one turn sleeps at most
};

#define MESSAGE_BASE UINT64_C(0xfee00000)

static struct {
    uint32_t cpu;
    uint32_t vector;
    const struct interrupt *object;
} withheld[WITHHELD_COUNT];
static uint32_t withheld_count;

void machine_slots_publish(void)
{
    for (uint32_t i = 0; i < withheld_count; i++)
        machine.cpus[withheld[i].cpu].slots[withheld[i].vector] = withheld[i].object;
    withheld_count = 0;
}

uint32_t host_cpu_current(void)
{
    return machine.running;
}

enum irql host_irql_current(void)
{
    return IRQL_PASSIVE;
}

enum irql host_irql_read(void)
{
    return IRQL_PASSIVE;
}

void host_irql_write(enum irql level) {}

bool host_interrupts_disable(void)
{
    bool were_on = !machine.interrupts_off;

    machine.interrupts_off = true;
    return were_on;
}

void host_interrupts_restore(bool were_on)
{
    machine.interrupts_off = !were_on;
    machine_step();
}

static bool is_bridge(uint32_t cpu, uint32_t vector, const struct interrupt *object)
{
    return object && object->message && (object->message->cpu != cpu || object->message->info.vector != vector);
}

const struct interrupt *host_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object)
{
    const struct interrupt *replaced = machine.cpus[cpu].slots[vector];

    machine_step();
    if (object && vector >= VECTOR_DEVICE_FIRST && machine.damage.publish) {
        assert(withheld_count < WITHHELD_COUNT);
        withheld[withheld_count].cpu = cpu;
        withheld[withheld_count].vector = vector;
        withheld[withheld_count++].object = object;
    } else if (!machine.damage.bridge || !is_bridge(cpu, vector, object)) {
        machine.cpus[cpu].slots[vector] = object;
    }
    return replaced;
}

const struct interrupt *host_slot_read(uint32_t cpu, uint32_t vector)
{
    return machine.cpus[cpu].slots[vector];
}

uint64_t host_slot_count(uint32_t cpu, uint32_t vector)
{
    return machine.cpus[cpu].counts[vector];
}

enum result host_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words)
{
    uint64_t id = machine_apic_id(cpu);

    words->address.address = MESSAGE_BASE | (id & 0xff) << 12 | id >> 8 << 40;
    words->data = vector;
    return RESULT_OK;
}

void host_ipi_send(uint32_t cpu, uint32_t vector)
{
    machine_step();
    if (vector == VECTOR_DRAIN) {
        machine_slots_publish();
        machine.idles = 0;
    }
    if (machine.damage.drain && vector == VECTOR_DRAIN)
        machine.cpus[cpu].counts[vector]++;
    else if (!machine.cpus[cpu].is_stopped)
        machine_request(cpu, vector, NULL);
}

// INIT: what the local APIC still held is gone.
enum result host_processor_stop(uint32_t number)
{
    struct machine_cpu *cpu = &machine.cpus[number];

    machine_step();
    for (uint32_t vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++)
        machine_shots_end(cpu->shots[vector], NULL, number, vector);
    for (uint32_t i = 0; i < cpu->depth; i++)
        if (!cpu->services[i].is_entered)
            machine_shots_end(cpu->services[i].shots, NULL, number, cpu->services[i].vector);
    memset(cpu->shots, 0, sizeof(cpu->shots));
    memset(cpu->requested, 0, sizeof(cpu->requested));
    cpu->depth = 0;
    cpu->is_stopped = true;
    return RESULT_OK;
}

enum result host_processor_start(uint32_t number)
{
    machine.cpus[number].is_stopped = false;
    return RESULT_OK;
}

uint64_t host_nanoseconds(void)
{
    return machine.nanoseconds += 100;
}

uint64_t clock_cycles(void)
{
    return host_nanoseconds();
}

// Nothing is recorded on the model machine.
struct trace_ring *trace_host_ring(uint32_t cpu)
{
    return NULL;
}

uint64_t clock_frequency(void)
{
    return UINT64_C(1000000000);
}

// A millisecond is long: after a few of them all have served what they had.
void host_idle(uint64_t deadline_nanoseconds)
{
    bool were_off = machine.interrupts_off;

    machine.interrupts_off = false;
    machine_step();
    if (machine.mode == MACHINE_QUIET || machine.idles++ > PATIENCE)
        for (uint32_t cpu = 0; cpu < machine.cpu_count; cpu++)
            machine_cpu_run(cpu);
    machine.interrupts_off = were_off;
    machine.nanoseconds += IDLE_TIME;
}

void host_relax(void)
{
    machine_step();
}

uint64_t clock_idle_since(void)
{
    return 0;
}

uint64_t clock_waited(void)
{
    return 0;
}
