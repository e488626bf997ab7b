// A message that did not arrive: the record, the hardware and the slot beside each other.

#include "kernel/diagnose/message_dump.h"
#include "kernel/core/host.h"
#include "kernel/inventory/device.h"
#include "kernel/runtime/log.h"

static void dump_record(const struct message *message, const char *name)
{
    const struct cpu *cpu = cpu_get(message->cpu);

    log_error("%s %u: record: cpu %u (%s, APIC ID %u) vector 0x%02x, address 0x%llx data 0x%x%s, moved %u times", name,
              message->index, message->cpu, cpu ? cpu_state_name(cpu->state) : "-", cpu ? cpu->apic_id.value : 0,
              message->info.vector, (unsigned long long)message->info.message_address.address,
              message->info.message_data, message->masked ? ", masked" : "", message->generation);
    for (uint32_t i = 0; i < message->old_count; i++)
        log_error("%s %u: cpu %u vector 0x%02x not drained, %llu taken there", name, message->index,
                  message->old[i].cpu, message->old[i].vector,
                  (unsigned long long)(host_slot_count(message->old[i].cpu, message->old[i].vector) -
                                       message->old[i].count_before));
}

static void dump_hardware(const struct message *message, const char *name)
{
    struct message_source *source = message->set->source;
    struct message_words words = {0};
    bool masked = false, pending = false;
    enum result read = source->operations->read(source, message->index, &words);
    enum result status = source->operations->status(source, message->index, &masked, &pending);

    log_error("%s %u: %s entry: address 0x%llx data 0x%x (%s), %s, %s (%s)", name, message->index,
              message_kind_name(source->kind), (unsigned long long)words.address.address, words.data, result_name(read),
              masked ? "masked" : "unmasked", pending ? "pending" : "not pending", result_name(status));
}

static void dump_slot(const struct message *message, const char *name)
{
    uint64_t taken = host_slot_count(message->cpu, message->info.vector);

    log_error("%s %u: slot of cpu %u vector 0x%02x: %llu taken since start-up, %llu of them this message's", name,
              message->index, message->cpu, message->info.vector, (unsigned long long)taken,
              (unsigned long long)(taken - message->count_before));
}

void message_dump(const struct message *message)
{
    char name[DEVICE_ADDRESS_TEXT];

    pci_address_format(device_of(message->set)->address, name);
    dump_record(message, name);
    dump_hardware(message, name);
    dump_slot(message, name);
}
