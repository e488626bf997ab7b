// The message table: the sets of all connected devices, and lookups.

#include "kernel/core/message.h"
#include "kernel/core/core_hooks.h"
#include "kernel/core/host.h"

static struct message_set *first_set;
static struct message_set **last_link = &first_set;
static uint32_t total;
static uint32_t served; // devices with MSI or MSI-X that have a set
static uint32_t next_number = MESSAGE_NUMBER_FIRST;

struct message_set *message_set_first(void)
{
    return first_set;
}

uint32_t message_total(void)
{
    return total;
}

uint32_t message_waiting_total(void)
{
    return irq_device_signalling_total() - served;
}

struct message_set *message_set_create(struct irq_device *device, struct message_source *source, uint32_t count)
{
    struct message_set *set = host_allocate(sizeof(*set) + count * sizeof(set->messages[0]));

    if (!set)
        return NULL;
    set->device = device;
    set->source = source;
    set->message_count = count;
    for (uint32_t i = 0; i < count; i++) {
        set->messages[i].set = set;
        set->messages[i].index = i;
        set->messages[i].number = next_number++;
        set->messages[i].masked = true;
    }
    set->link = last_link;
    *last_link = set;
    last_link = &set->next;
    total += count;
    set->is_served = device->is_counted;
    served += set->is_served;
    device->messages = set;
    return set;
}

void message_set_trim(struct message_set *set, uint32_t count)
{
    total -= set->message_count - count;
    set->message_count = count;
}

void message_set_remove(struct message_set *set)
{
    if (!set->link)
        return;
    *set->link = set->next;
    if (set->next)
        set->next->link = set->link;
    else
        last_link = set->link;
    set->link = NULL;
    total -= set->message_count;
    served -= set->is_served;
    set->device->messages = NULL;
}

void message_set_free(struct message_set *set)
{
    message_for_each (set, message)
        cpu_tally_release(&message->tally);
    host_free(set);
}

struct message *message_find(const struct irq_device *device, uint32_t index)
{
    struct message_set *set = device->messages;

    return set && index < set->message_count ? &set->messages[index] : NULL;
}

struct message *message_at(uint32_t cpu, uint32_t vector)
{
    const struct interrupt *object = host_slot_read(cpu, vector);

    return object ? object->message : NULL;
}

static uint64_t route_count(const struct message_route *route)
{
    return host_slot_count(route->cpu, route->vector) - route->count_before;
}

struct message_route message_route_of(const struct message *message)
{
    return (struct message_route){message->cpu, message->info.vector, message->count_before};
}

uint64_t message_count_on(const struct message *message, uint32_t cpu)
{
    struct message_route live = message_route_of(message);
    uint64_t count = cpu_tally_read(&message->tally, cpu);

    if (live.cpu == cpu)
        count += route_count(&live);
    for (uint32_t i = 0; i < message->old_count; i++)
        if (message->old[i].cpu == cpu)
            count += route_count(&message->old[i]);
    return count;
}

uint64_t message_count_all(const struct message *message)
{
    struct message_route live = message_route_of(message);
    uint64_t count = message->tally.total + route_count(&live);

    for (uint32_t i = 0; i < message->old_count; i++)
        count += route_count(&message->old[i]);
    return count;
}

enum result message_tally_prepare(struct message *message, uint32_t cpu)
{
    return cpu_tally_prepare(&message->tally, cpu);
}

void message_tally_old(struct message *message)
{
    for (uint32_t i = 0; i < message->old_count; i++) {
        const struct message_route *old = &message->old[i];
        cpu_tally_add(&message->tally, old->cpu, route_count(old));
        core_tell_route(CORE_DRAIN, message->number, *old, message_route_of(message));
    }
    message->old_count = 0;
}

struct message_words message_words_of(const struct message *message)
{
    return (struct message_words){message->info.message_address, message->info.message_data};
}

const char *interrupt_mode_name(enum interrupt_mode mode)
{
    return mode == INTERRUPT_LATCHED ? "latched" : "level_sensitive";
}

const char *interrupt_polarity_name(enum interrupt_polarity polarity)
{
    return polarity == INTERRUPT_ACTIVE_HIGH ? "active_high" : "active_low";
}
