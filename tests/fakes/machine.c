// Processors, their local APICs, the port of the core, and the choice of what happens next.

#include "tests/fakes/machine.h"
#include "kernel/core/cpu.h"
#include "kernel/core/drain.h"
#include "kernel/core/message.h"
#include "kernel/lib/output.h"
#include "kernel/runtime/vectors.h"
#include <assert.h>
#include <string.h>

#define MESSAGE_BASE UINT64_C(0xfee00000)
#define ID_HIGH      BITS(63, 40) // of the APIC ID, as a message address carries them

struct machine machine;

uint32_t machine_random(uint32_t limit)
{
    machine.seed ^= machine.seed << 13;
    machine.seed ^= machine.seed >> 7;
    machine.seed ^= machine.seed << 17;
    return (uint32_t)((machine.seed >> 32) * limit >> 32);
}

void machine_fault(uint64_t *counter, const struct machine_message *message, const char *what, uint32_t cpu,
                   uint32_t vector)
{
    if (machine.losses + machine.misdeliveries == 0)
        format_text(machine.first_fault, sizeof(machine.first_fault),
                    "%s: device %u entry %u shot %llu: %s, cpu %u vector 0x%x", machine.doing,
                    message->owner->device.address.device, message->index, (unsigned long long)message->sent, what, cpu,
                    vector);
    (*counter)++;
}

// ---- local APICs ----------------------------------------------------------------------------------------------------

// Some IDs have bits above the low eight, which a message carries in the upper half of its address.
uint32_t machine_apic_id(uint32_t cpu)
{
    return cpu % 64 == 2 ? cpu | 0x100 : cpu;
}

void machine_request(uint32_t cpu, uint32_t vector, struct machine_message *message)
{
    struct machine_cpu *target = &machine.cpus[cpu];

    target->requested[vector / 64] |= BIT(vector % 64);
    if (!message)
        return;
    message->place = SHOT_REQUESTED;
    message->merged = target->shots[vector];
    target->shots[vector] = message;
}

void machine_message_arrive(struct machine_message *message, struct message_words words)
{
    uint64_t id = (words.address.address >> 12 & 0xff) | words.address.address >> 40 << 8;
    uint32_t cpu = 0, vector = words.data;

    while (cpu < MACHINE_CPUS && machine_apic_id(cpu) != id)
        cpu++;
    bool is_foreign = words.address.address >> 20 << 20 != (words.address.address & ID_HIGH) + MESSAGE_BASE ||
                      words.address.address & 0xfff || vector >= VECTOR_COUNT || vector < VECTOR_ROW;
    message->place = SHOT_NONE;
    if (is_foreign || cpu == MACHINE_CPUS || machine.cpus[cpu].is_stopped)
        machine_fault(&machine.losses, message, "went to no processor", cpu, vector);
    else
        machine_request(cpu, vector, message);
}

static bool highest_requested(const struct machine_cpu *cpu, uint32_t *vector)
{
    for (uint32_t word = ARRAY_COUNT(cpu->requested); word-- > 0;) {
        if (cpu->requested[word] == 0)
            continue;
        *vector = word * 64 + 63 - (uint32_t)__builtin_clzll(cpu->requested[word]);
        return true;
    }
    return false;
}

// The vector leaves the requests and is in service; nothing of its class or below follows until it is finished.
bool machine_cpu_accept(uint32_t number)
{
    struct machine_cpu *cpu = &machine.cpus[number];
    const struct machine_service *top = cpu->depth ? &cpu->services[cpu->depth - 1] : NULL;
    uint32_t vector;

    if (cpu->is_deaf || cpu->is_stopped || (number == 0 && machine.interrupts_off) || (top && !top->is_entered))
        return false;
    if (!highest_requested(cpu, &vector) || (top && irql_of_vector(vector) <= irql_of_vector(top->vector)))
        return false;
    assert(cpu->depth < MACHINE_NESTING);
    cpu->services[cpu->depth++] = (struct machine_service){vector, false, cpu->shots[vector]};
    for (struct machine_message *shot = cpu->shots[vector]; shot; shot = shot->merged)
        shot->place = SHOT_TAKEN;
    cpu->requested[vector / 64] &= ~BIT(vector % 64);
    cpu->shots[vector] = NULL;
    return true;
}

// Entries beyond the grant are aimed at message 0.
static bool is_meant(const struct interrupt *object, const struct machine_message *shot)
{
    const struct message_set *set = shot->owner->device.irq.messages;
    uint32_t index = set && shot->index < set->message_count ? shot->index : 0;

    return object->context == shot->owner && object->message_id == index;
}

void machine_shots_end(struct machine_message *shots, const struct interrupt *object, uint32_t cpu, uint32_t vector)
{
    while (shots) {
        struct machine_message *shot = shots;
        shots = shot->merged;
        shot->merged = NULL;
        shot->place = SHOT_NONE;
        if (!object)
            machine_fault(&machine.losses, shot, "nobody in the slot", cpu, vector);
        else if (!is_meant(object, shot))
            machine_fault(&machine.misdeliveries, shot, "another's slot", cpu, vector);
        else
            shot->handled++;
    }
}

// The stub: reads the slot, counts, calls.
static bool cpu_enter(uint32_t number)
{
    struct machine_cpu *cpu = &machine.cpus[number];
    struct machine_service *top = cpu->depth ? &cpu->services[cpu->depth - 1] : NULL;

    if (!top || top->is_entered)
        return false;
    const struct interrupt *object = cpu->slots[top->vector];
    top->is_entered = true;
    cpu->counts[top->vector]++;
    machine_shots_end(top->shots, object, number, top->vector);
    if (object && object->context)
        ((struct machine_device *)object->context)->messages[object->message_id].interrupts[number]++;
    machine.running = number;
    if (object)
        object->routine(object);
    machine.running = 0;
    return true;
}

static bool cpu_finish(uint32_t number)
{
    struct machine_cpu *cpu = &machine.cpus[number];

    if (cpu->depth == 0 || !cpu->services[cpu->depth - 1].is_entered)
        return false;
    cpu->depth--;
    return true;
}

void machine_cpu_run(uint32_t number)
{
    while (cpu_enter(number) || machine_cpu_accept(number) || cpu_finish(number))
        continue;
}

bool machine_routine(const struct interrupt *self)
{
    return self->context;
}

// ---- what happens between two accesses
// --------------------------------------------------------------------------------

static void random_event(void)
{
    struct machine_device *device =
        machine.device_count ? &machine.devices[machine_random(machine.device_count)] : NULL;
    uint32_t cpu = machine_random(machine.cpu_count), die = machine_random(8);

    machine.events++;
    if (die < 3 && device)
        machine_device_fire(device, machine_random(device->entries));
    else if (die == 3 && device)
        machine_device_deliver(device);
    else if (die == 4 && device)
        machine_device_absorb(device);
    else if (die == 5)
        cpu_finish(cpu);
    else if (!cpu_enter(cpu))
        machine_cpu_accept(cpu);
}

// Only the shot's own way is scripted; the drain interrupt comes as soon as it can.
static void drain_take(uint32_t number)
{
    uint32_t vector;

    if (machine.cpus[number].depth == 0 && highest_requested(&machine.cpus[number], &vector) && vector == VECTOR_DRAIN)
        machine_cpu_run(number);
}

static void scripted_event(enum machine_event event)
{
    if (event == EVENT_FIRE)
        machine_device_fire(&machine.devices[0], 0);
    if (event == EVENT_DELIVER)
        machine_device_deliver(&machine.devices[0]);
    for (uint32_t cpu = 0; event >= EVENT_ACCEPT && cpu < machine.cpu_count; cpu++) {
        if (event == EVENT_ACCEPT)
            machine_cpu_accept(cpu);
        else if (cpu_enter(cpu))
            cpu_finish(cpu);
    }
}

static void scripted_events(void)
{
    uint32_t position = machine.position++;

    for (uint32_t event = 0; event < MACHINE_EVENTS; event++)
        if (machine.script[event] == position)
            scripted_event((enum machine_event)event);
    for (uint32_t cpu = 0; cpu < machine.cpu_count; cpu++)
        drain_take(cpu);
}

// The code under test runs on CPU 0, so what that one takes it also finishes.
void machine_step(void)
{
    if (machine.mode == MACHINE_QUIET || machine.is_inside)
        return;
    machine.is_inside = true;
    if (machine.mode == MACHINE_SCRIPTED)
        scripted_events();
    else
        for (uint32_t i = machine_random(4); i > 0; i--)
            random_event();
    if (machine.cpus[0].depth)
        machine_cpu_run(0);
    machine.is_inside = false;
}

void machine_settle(void)
{
    machine_slots_publish();
    for (uint32_t i = 0; i < machine.device_count; i++) {
        while (machine_device_absorb(&machine.devices[i]))
            continue;
        while (machine_device_deliver(&machine.devices[i]))
            continue;
    }
    for (uint32_t cpu = 0; cpu < machine.cpu_count; cpu++)
        machine_cpu_run(cpu);
}

void machine_start(uint32_t cpus, uint64_t seed)
{
    if (cpu_total() == 0)
        assert(cpu_table_create(MACHINE_CPUS) == RESULT_OK);
    machine_slots_publish();
    memset(&machine, 0, sizeof(machine));
    machine.seed = seed ? seed : 1;
    machine.cpu_count = cpus;
    machine.doing = "";
    for (uint32_t i = 0; i < MACHINE_CPUS; i++) {
        cpu_state_set(i, i < cpus ? CPU_ONLINE : CPU_PRESENT);
        cpu_get(i)->apic_id.value = machine_apic_id(i);
        cpu_get(i)->node = i % 2;
        drain_prepare(i);
    }
}
