// Assigning and writing one route.

#include "kernel/core/route.h"
#include "kernel/core/core_log.h"
#include "kernel/core/host.h"

enum result route_assign(struct message *message, uint32_t cpu, uint32_t vector, struct group_affinity allowed)
{
    bool is_first = message->info.interrupt_object == &message->objects[0];
    struct interrupt *next = &message->objects[is_first ? 1 : 0];
    struct message_source *source = message->set->source;
    struct message_words words;
    enum result result = host_message_compose(cpu, vector, &words);

    if (result != RESULT_OK)
        return result;
    // The two objects differ in level only. When a failed move is undone, this one is live and has this level already.
    next->irql = irql_of_vector(vector);
    message->cpu = cpu;
    message->count_before = host_slot_count(cpu, vector);
    message->info = (struct message_info_entry){
        .message_address = words.address,
        .target_processor_set = allowed,
        .interrupt_object = next,
        .message_data = words.data,
        .vector = vector,
        .irql = irql_of_vector(vector),
        .mode = source->mode,
        .polarity = source->polarity,
    };
    message->published = source->operations->publish ? source->operations->publish(source, next) : next;
    host_slot_exchange(cpu, vector, message->published);
    return RESULT_OK;
}

RARE static enum result tell(const struct message *message, uint32_t entry, const char *what, enum result result)
{
    const struct message_source *source = message->set->source;

    core_error("%s: %s entry %u could not be %s with address 0x%llx data 0x%x: %s", source->device->name,
               message_kind_name(source->kind), entry, what, (unsigned long long)message->info.message_address.address,
               message->info.message_data, result_name(result));
    return result;
}

enum result route_program(const struct message *message, uint32_t entry)
{
    struct message_source *source = message->set->source;
    enum result result = source->operations->write(source, entry, message_words_of(message));

    return result == RESULT_OK ? RESULT_OK : tell(message, entry, "written", result);
}

enum result route_unmask(const struct message *message, uint32_t entry)
{
    struct message_source *source = message->set->source;
    enum result result = source->operations->mask(source, entry, false);

    return result == RESULT_OK || result == RESULT_UNSUPPORTED ? RESULT_OK : tell(message, entry, "unmasked", result);
}
