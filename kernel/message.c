// The message table: the sets of all connected devices, and what is read off them.

#include "kernel/message.h"
#include "kernel/heap.h"
#include "kernel/port.h"

static struct message_set *first_set;
static struct message_set **last_link = &first_set;
static uint32_t total;

struct message_set *message_set_first(void)
{
    return first_set;
}

uint32_t message_total(void)
{
    return total;
}

struct message_set *message_set_create(struct device *device, struct message_source *source, uint32_t count)
{
    struct message_set *set = heap_allocate(sizeof(*set) + count * sizeof(set->messages[0]));

    if (!set)
        return NULL;
    set->device = device;
    set->source = source;
    set->message_count = count;
    for (uint32_t i = 0; i < count; i++) {
        set->messages[i].set = set;
        set->messages[i].index = i;
        set->messages[i].masked = true;
    }
    *last_link = set;
    last_link = &set->next;
    total += count;
    device->messages = set;
    return set;
}

void message_set_trim(struct message_set *set, uint32_t count)
{
    total -= set->message_count - count;
    set->message_count = count;
}

void message_set_destroy(struct message_set *set)
{
    struct message_set **link = &first_set;

    while (*link && *link != set)
        link = &(*link)->next;
    if (!*link)
        return;
    *link = set->next;
    if (!set->next)
        last_link = link;
    total -= set->message_count;
    set->device->messages = NULL;
    heap_free(set);
}

struct message *message_find(const struct device *device, uint32_t index)
{
    struct message_set *set = device->messages;

    return set && index < set->message_count ? &set->messages[index] : NULL;
}

uint64_t message_count_on(const struct message *message, uint32_t cpu)
{
    if (cpu != message->cpu)
        return 0;
    return port_slot_count(cpu, message->info.vector) - message->count_at_connect;
}

uint64_t message_count_all(const struct message *message)
{
    return message_count_on(message, message->cpu);
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
