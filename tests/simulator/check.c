// One pass over the records, which marks who owns what, and one over the processors, which looks for the rest.

#include "tests/simulator/check.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "tests/simulator/processors.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A pin's functions own its vector together.
struct owner {
    const struct message *message;
    const struct line_share *share;
    bool is_old;
};

static struct owner (*owners)[VECTOR_DEVICE_COUNT];
static char fault[200];

#define EXPECT(condition, ...)                               \
    do {                                                     \
        if (!(condition)) {                                  \
            if (!fault[0])                                   \
                snprintf(fault, sizeof(fault), __VA_ARGS__); \
            return false;                                    \
        }                                                    \
    } while (0)

static const struct simulated_function *function_of(const struct message *message)
{
    return CONTAINER_OF(device_of(message->set), struct simulated_function, device);
}

static const struct line_member *member_of(const struct message *message)
{
    return message->set->source->kind == MESSAGE_LINE ? &function_of(message)->member : NULL;
}

static const char *name_of(const struct message *message)
{
    static char text[DEVICE_ADDRESS_TEXT];

    return pci_address_format(device_of(message->set)->address, text);
}

// Does the line's object speak for a device that is on the line?
static bool is_on(const struct line_member *member, const struct message *message)
{
    const struct line_member *other = member_of(message);

    return other && other->share == member->share;
}

static bool own(const struct message *message, uint32_t cpu, uint32_t vector, bool is_old)
{
    const struct line_member *member = member_of(message);
    struct owner *owner = &owners[cpu][vector - VECTOR_DEVICE_FIRST];
    bool is_shared = member && owner->share == member->share;

    EXPECT(!owner->message || is_shared, "cpu %u vector 0x%x: owned by %s and by another", cpu, vector,
           name_of(message));
    *owner = (struct owner){message, member ? member->share : NULL, is_old};
    const struct interrupt *object = host_slot_read(cpu, vector);
    EXPECT(object && object->message && (member ? is_on(member, object->message) : object->message == message),
           "%s %u: cpu %u vector 0x%x does not hold its object", name_of(message), message->index, cpu, vector);
    EXPECT(is_old || object->irql == message->info.irql, "%s %u: object of level %d at vector 0x%x", name_of(message),
           message->index, (int)object->irql, vector);
    return true;
}

static bool places_check(const struct message *message)
{
    if (!own(message, message->cpu, message->info.vector, false))
        return false;
    EXPECT(host_slot_read(message->cpu, message->info.vector) == message->published,
           "%s %u: the record names another object than its slot", name_of(message), message->index);
    for (uint32_t i = 0; i < message->old_count; i++)
        if (!own(message, message->old[i].cpu, message->old[i].vector, true))
            return false;
    return true;
}

static bool hardware_check(const struct message *message, uint32_t entry)
{
    struct message_words words = function_words(function_of(message), entry);

    EXPECT(words.address.address == message->info.message_address.address && words.data == message->info.message_data,
           "%s %s entry %u holds 0x%llx 0x%x, its record 0x%llx 0x%x", name_of(message),
           message_kind_name(message->set->source->kind), entry, (unsigned long long)words.address.address, words.data,
           (unsigned long long)message->info.message_address.address, message->info.message_data);
    EXPECT(function_is_masked(function_of(message), entry) == message->masked, "%s entry %u: its record has mask %u",
           name_of(message), entry, message->masked);
    return true;
}

static bool count_check(const struct message *message)
{
    uint64_t handled = function_of(message)->entries[message->index].handled;

    EXPECT(message_count_all(message) == handled,
           "%s %u (%s, cpu %u vector 0x%x, moved %u, old %u): counted %llu times, handled %llu times", name_of(message),
           message->index, message_kind_name(message->set->source->kind), message->cpu, message->info.vector,
           message->generation, message->old_count, (unsigned long long)message_count_all(message),
           (unsigned long long)handled);
    return true;
}

// One message's counts by CPU; to do it for each would be the square of the machine.
static bool counts_add_up(const struct message *message)
{
    uint64_t sum = 0;

    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        sum += message_count_on(message, cpu);
    EXPECT(sum == message_count_all(message), "%s %u: %llu on all CPUs, %llu in all", name_of(message), message->index,
           (unsigned long long)sum, (unsigned long long)message_count_all(message));
    return true;
}

static bool set_check(struct message_set *set)
{
    message_for_each (set, message) {
        if (!places_check(message) || !count_check(message))
            return false;
        EXPECT(cpu_in_set(message->cpu, message->info.target_processor_set),
               "%s %u: on cpu %u, which its set leaves out", name_of(message), message->index, message->cpu);
        EXPECT(cpu_get(message->cpu)->state == CPU_ONLINE, "%s %u: on cpu %u, which is offline", name_of(message),
               message->index, message->cpu);
    }
    for (uint32_t entry = 0; !set->is_inactive && entry < set->entry_count; entry++)
        if (!hardware_check(&set->messages[entry < set->message_count ? entry : 0], entry))
            return false;
    return true;
}

static bool records_check(const struct topology *topology)
{
    uint32_t chosen = (uint32_t)(simulation.nanoseconds % (topology->function_count)), total = 0, number = 0;

    for (struct message_set *set = message_set_first(); set; set = set->next, number++) {
        if (!set_check(set))
            return false;
        if (number == chosen && !counts_add_up(&set->messages[chosen % set->message_count]))
            return false;
        EXPECT(set->device->messages == set, "%s: not its device's set", name_of(set->messages));
        total += set->message_count;
    }
    EXPECT(total == message_total(), "%u messages in the table, %u in its total", total, message_total());
    return true;
}

static bool vector_check(uint32_t cpu, uint32_t vector)
{
    const struct owner *owner = &owners[cpu][vector - VECTOR_DEVICE_FIRST];
    bool is_taken = vector_matrix_is_taken(irq_vectors(), cpu, vector);

    EXPECT(owner->message || !host_slot_read(cpu, vector), "cpu %u vector 0x%x: nobody's, and its slot is not empty",
           cpu, vector);
    EXPECT(is_taken == (owner->message != NULL), "cpu %u vector 0x%x: %s", cpu, vector,
           is_taken ? "taken by nobody" : "owned and free");
    return true;
}

static bool processor_check(uint32_t cpu)
{
    struct vector_counts counts = vector_matrix_counts(irq_vectors(), cpu);
    bool is_usable = cpu_get(cpu)->state == CPU_ONLINE && !simulation.processors[cpu].is_out_of_reach;
    uint32_t allocated = 0, draining = 0;

    for (uint32_t vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++) {
        const struct owner *owner = &owners[cpu][vector - VECTOR_DEVICE_FIRST];
        if (!vector_check(cpu, vector))
            return false;
        allocated += owner->message && !owner->is_old;
        draining += owner->message && owner->is_old;
    }
    EXPECT(counts.free + counts.reserved + counts.allocated + counts.draining == VECTOR_DEVICE_COUNT,
           "cpu %u: %u free, %u reserved, %u allocated, %u draining", cpu, counts.free, counts.reserved,
           counts.allocated, counts.draining);
    EXPECT(counts.allocated == allocated && counts.draining == draining && counts.reserved == 0,
           "cpu %u: %u reserved, %u allocated, %u draining; %u routes, %u old places", cpu, counts.reserved,
           counts.allocated, counts.draining, allocated, draining);
    EXPECT(vector_matrix_is_open(irq_vectors(), cpu) == is_usable, "cpu %u: open is %u", cpu, !is_usable);
    return true;
}

static bool total_check(uint32_t cpus)
{
    uint32_t total = 0;

    for (uint32_t cpu = 0; cpu < cpus; cpu++)
        if (vector_matrix_is_open(irq_vectors(), cpu))
            total += vector_matrix_counts(irq_vectors(), cpu).free;
    EXPECT(total == vector_matrix_free_total(irq_vectors()), "%u vectors free, %u in the total", total,
           vector_matrix_free_total(irq_vectors()));
    return true;
}

const char *check_machine(const struct topology *topology)
{
    uint32_t cpus = topology->plan.cpus;

    fault[0] = '\0';
    free(owners);
    owners = calloc(cpus, sizeof(owners[0]));
    if (!owners)
        return "no memory to check in";
    if (!records_check(topology) || !total_check(cpus))
        return fault;
    for (uint32_t cpu = 0; cpu < cpus; cpu++)
        if (!processor_check(cpu))
            return fault;
    if (simulation.strays)
        snprintf(fault, sizeof(fault), "%llu interrupts found nobody", (unsigned long long)simulation.strays);
    return fault[0] ? fault : NULL;
}
