// Assigning, programming and withdrawing one route.

#include "kernel/route.h"
#include "kernel/log.h"
#include "kernel/port.h"

enum result route_assign(struct message *message, uint32_t cpu, uint32_t vector, struct group_affinity allowed)
{
    struct message_words words;
    enum result result = port_message_compose(cpu, vector, &words);

    if (result != RESULT_OK)
        return result;
    message->object.irql = irql_of_vector(vector);
    message->cpu = cpu;
    message->count_at_connect = port_slot_count(cpu, vector);
    message->info = (struct message_info_entry){
        .message_address = words.address,
        .target_processor_set = allowed,
        .interrupt_object = &message->object,
        .message_data = words.data,
        .vector = vector,
        .irql = irql_of_vector(vector),
        .mode = INTERRUPT_LATCHED,
        .polarity = INTERRUPT_ACTIVE_HIGH,
    };
    port_slot_exchange(cpu, vector, &message->object);
    return RESULT_OK;
}

enum result route_program(const struct message *message, uint32_t entry)
{
    struct message_source *source = message->set->source;
    enum result result = source->operations->write(source, entry, message_words_of(message));

    if (result != RESULT_OK) {
        char text[DEVICE_ADDRESS_TEXT];
        log_error("%s: %s entry %u refused address 0x%llx data 0x%x: %s",
                  pci_address_format(source->device->address, text), message_kind_name(source->kind), entry,
                  (unsigned long long)message->info.message_address.address, message->info.message_data,
                  result_name(result));
    }
    return result;
}

void route_withdraw(struct message *message)
{
    port_slot_exchange(message->cpu, message->info.vector, NULL);
}
