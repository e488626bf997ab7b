// A whole machine with the core on it, and the invariants, one function each.

#include "tests/fakes/machine_check.h"
#include "drivers/pci/pci_msix.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "tests/fakes/heap.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct place_seen {
    uint32_t cpu;
    uint32_t generation;
};

static uint32_t crowd[MACHINE_CPUS]; // vectors taken by others
static struct place_seen seen[MACHINE_DEVICES][MACHINE_MESSAGES];
static const struct message *owners[MACHINE_CPUS][VECTOR_COUNT];
static struct vector_counts used[MACHINE_CPUS];

#define EXPECT(condition, ...)     \
    do {                           \
        if (!(condition))          \
            fail_msg(__VA_ARGS__); \
    } while (0)

static uint32_t number_of(const struct message *message)
{
    return device_of(message->set)->address.device;
}

void machine_begin(uint32_t cpus, uint64_t seed)
{
    struct irq_options options = {0};

    machine_start(cpus, seed);
    assert_int_equal(irq_initialise(&options), RESULT_OK);
}

void machine_finish(void)
{
    for (uint32_t i = 0; i < machine.device_count; i++)
        if (machine.devices[i].device.irq.messages)
            irq_disconnect(machine.devices[i].device.irq.messages);
    machine_check();
    machine_end();
    vector_matrix_destroy(irq_vectors());
    assert_int_equal(fake_heap_live(), 1); // the table of processors
}

struct message_set *machine_connect(struct machine_device *device, uint32_t maximum)
{
    struct irq_request request = {
        .device = &device->device.irq, .routine = machine_routine, .context = device, .minimum = 1, .maximum = maximum};
    struct irq_grant grant = {0};

    device->entries = maximum;
    for (uint32_t i = 0; i < MACHINE_MESSAGES; i++)
        memset(device->messages[i].interrupts, 0, sizeof(device->messages[i].interrupts));
    if (irq_connect(&request, &grant) != RESULT_OK)
        return NULL;
    device->entries = grant.messages->entry_count;
    return grant.messages;
}

void machine_check_crowd(uint32_t left)
{
    memset(crowd, 0, sizeof(crowd));
    for (uint32_t cpu = 0; cpu < machine.cpu_count; cpu++) {
        while (vector_matrix_counts(irq_vectors(), cpu).free > left) {
            uint32_t vector = VECTOR_DEVICE_FIRST + machine_random(VECTOR_DEVICE_COUNT);
            if (vector_matrix_reserve_at(irq_vectors(), cpu, vector, 1) != RESULT_OK)
                continue;
            vector_matrix_commit(irq_vectors(), cpu, vector);
            crowd[cpu]++;
        }
    }
}

void machine_check_begin(void)
{
    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message)
            seen[number_of(message)][message->index] = (struct place_seen){message->cpu, message->generation};
}

static void own(const struct message *message, uint32_t cpu, uint32_t vector)
{
    EXPECT(!owners[cpu][vector], "cpu %u vector %#x has two owners", cpu, vector);
    owners[cpu][vector] = message;
    const struct interrupt *object = machine.cpus[cpu].slots[vector];
    EXPECT(object && object->message == message, "device %u message %u: cpu %u vector %#x does not hold its object",
           number_of(message), message->index, cpu, vector);
    EXPECT(object->irql == irql_of_vector(vector) || object != message->info.interrupt_object,
           "the object at vector %#x has level %u", vector, object->irql);
}

static void check_places(const struct message *message)
{
    uint32_t cpu = message->cpu, vector = message->info.vector;

    own(message, cpu, vector);
    EXPECT(machine.cpus[cpu].slots[vector] == message->info.interrupt_object, "the record names another object");
    used[cpu].allocated++;
    for (uint32_t i = 0; i < message->old_count; i++) {
        own(message, message->old[i].cpu, message->old[i].vector);
        used[message->old[i].cpu].draining++;
    }
}

static void check_hardware(const struct message *message, uint32_t entry)
{
    struct machine_device *device = &machine.devices[number_of(message)];
    struct message_words words = machine_device_words(device, entry);
    bool masked = machine_device_is_masked(device, entry);

    EXPECT(words.address.address == message->info.message_address.address && words.data == message->info.message_data,
           "device %u entry %u holds 0x%llx 0x%x, its record 0x%llx 0x%x", number_of(message), entry,
           (unsigned long long)words.address.address, words.data,
           (unsigned long long)message->info.message_address.address, message->info.message_data);
    EXPECT(entry != message->index || masked == message->masked, "device %u entry %u: mask %d, record %d",
           number_of(message), entry, masked, message->masked);
}

static void check_generation(const struct message *message)
{
    const struct place_seen *before = &seen[number_of(message)][message->index];
    uint32_t moves = message->generation - before->generation;

    EXPECT(moves == (before->cpu != message->cpu), "device %u message %u: generation went up by %u, cpu %u to %u",
           number_of(message), message->index, moves, before->cpu, message->cpu);
}

static void check_counts(const struct message *message)
{
    const struct machine_message *record = &machine.devices[number_of(message)].messages[message->index];
    uint64_t total = 0;

    for (uint32_t cpu = 0; cpu < machine.cpu_count; cpu++) {
        total += record->interrupts[cpu];
        EXPECT(message_count_on(message, cpu) == record->interrupts[cpu],
               "device %u message %u on cpu %u: counted %llu of %llu", number_of(message), message->index, cpu,
               (unsigned long long)message_count_on(message, cpu), (unsigned long long)record->interrupts[cpu]);
    }
    assert_int_equal(message_count_all(message), total);
}

static void check_cpu(uint32_t cpu)
{
    struct vector_counts counts = vector_matrix_counts(irq_vectors(), cpu);

    EXPECT(counts.free + counts.reserved + counts.allocated + counts.draining == VECTOR_DEVICE_COUNT,
           "cpu %u does not add up", cpu);
    EXPECT(counts.reserved == 0, "cpu %u: %u vectors stayed reserved", cpu, counts.reserved);
    EXPECT(counts.allocated == used[cpu].allocated + crowd[cpu], "cpu %u: %u vectors allocated, %u routes", cpu,
           counts.allocated, used[cpu].allocated);
    EXPECT(counts.draining == used[cpu].draining, "cpu %u: %u vectors draining, %u old places", cpu, counts.draining,
           used[cpu].draining);
    EXPECT(cpu_get(cpu)->state == CPU_ONLINE || counts.allocated + counts.draining == crowd[cpu],
           "cpu %u is offline and has routes", cpu);
    for (uint32_t vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++)
        EXPECT(owners[cpu][vector] || !machine.cpus[cpu].slots[vector], "cpu %u vector %#x: a slot of nobody's", cpu,
               vector);
}

static void check_shots(const struct machine_device *device)
{
    for (uint32_t i = 0; i < MACHINE_MESSAGES; i++) {
        const struct machine_message *message = &device->messages[i];
        EXPECT(message->sent == message->handled + message->dropped + (message->place != SHOT_NONE),
               "device %u entry %u: %llu sent, %llu handled, %llu dropped, place %d", device->device.address.device, i,
               (unsigned long long)message->sent, (unsigned long long)message->handled,
               (unsigned long long)message->dropped, message->place);
    }
}

void machine_check(void)
{
    EXPECT(machine.losses + machine.misdeliveries == 0, "%s", machine.first_fault);
    memset(owners, 0, machine.cpu_count * sizeof(owners[0]));
    memset(used, 0, sizeof(used));
    for (uint32_t i = 0; i < machine.device_count; i++)
        check_shots(&machine.devices[i]);
    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message) {
            check_places(message);
            check_generation(message);
            check_counts(message);
        }
    }
    for (uint32_t cpu = 0; cpu < machine.cpu_count; cpu++)
        check_cpu(cpu);
    for (struct message_set *set = message_set_first(); set; set = set->next)
        for (uint32_t i = 0; i < machine.devices[device_of(set)->address.device].entries; i++)
            check_hardware(&set->messages[i < set->message_count ? i : 0], i);
}

void machine_check_settled(void)
{
    machine_settle();
    machine_check();
    for (struct message_set *set = message_set_first(); set; set = set->next)
        for (uint32_t i = 0; i < machine.devices[device_of(set)->address.device].entries; i++) {
            const struct machine_message *message = &machine.devices[device_of(set)->address.device].messages[i];
            EXPECT(message->place == SHOT_NONE || (message->place == SHOT_PENDING && set->messages[i].masked),
                   "device %u entry %u: a shot stays at place %d", device_of(set)->address.device, i, message->place);
        }
}
