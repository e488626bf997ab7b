// messages: the message table, every field of every record.

#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/core/message.h"
#include "kernel/inventory/board_device.h"
#include "kernel/lib/json.h"

enum { MESSAGES_SET_TEXT = 24 };

static void messages_print_header(struct output *out)
{
    output_format(out, "%-12s %4s %-4s %8s %4s %3s %4s %-7s %-4s %3s %s %7s %s\n", "DEVICE", "N", "KIND", "ADDRESS",
                  "DATA", "VEC", "IRQL", "MODE", "POL", "CPU", "M", "COUNT", "CPUS");
}

// "0:all" where it may go to every processor of the group that is online.
static const char *messages_allowed(struct group_affinity set, char text[MESSAGES_SET_TEXT])
{
    uint64_t online = cpu_group_online(set.group).mask;

    if (online && (online & ~set.mask) == 0)
        format_text(text, MESSAGES_SET_TEXT, "%u:all", set.group);
    else
        format_text(text, MESSAGES_SET_TEXT, "%u:0x%llx", set.group, (unsigned long long)set.mask);
    return text;
}

static void messages_print_row(struct output *out, const struct message *message)
{
    const struct message_info_entry *info = &message->info;
    char address[DEVICE_ADDRESS_TEXT];
    char allowed[MESSAGES_SET_TEXT];
    output_format(out, "%-12s %4u %-4s %08llx %04x  %02x %4u %-7s %-4s %3u %c %7llu %s\n",
                  pci_address_format(device_of(message->set)->address, address), message->index,
                  message_kind_name(message->set->source->kind), (unsigned long long)info->message_address.address,
                  info->message_data, info->vector, (unsigned)info->irql,
                  info->mode == INTERRUPT_LATCHED ? "latched" : "level",
                  info->polarity == INTERRUPT_ACTIVE_HIGH ? "high" : "low", message->cpu, message->masked ? 'M' : '-',
                  (unsigned long long)message_count_all(message),
                  messages_allowed(info->target_processor_set, allowed));
}

static void messages_json_fields(struct json *json, const struct message_info_entry *info)
{
    json_hex(json, "message_address", info->message_address.address, 8);
    json_object_begin(json, "target_processor_set");
    json_number(json, "group", info->target_processor_set.group);
    json_hex(json, "mask", info->target_processor_set.mask, 16);
    json_object_end(json);
    json_hex(json, "interrupt_object", (uintptr_t)info->interrupt_object, 16);
    json_hex(json, "message_data", info->message_data, 8);
    json_number(json, "vector", info->vector);
    json_number(json, "irql", info->irql);
    json_string(json, "mode", interrupt_mode_name(info->mode));
    json_string(json, "polarity", interrupt_polarity_name(info->polarity));
}

static void messages_print_json(struct output *out, const struct message *message)
{
    const struct device *device = device_of(message->set);
    const struct cpu *cpu = cpu_get(message->cpu);
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;
    json_line_begin(&json, out, "message");
    json_string(&json, "bdf", pci_address_format(device->address, address));
    json_number(&json, "index", message->index);
    messages_json_fields(&json, &message->info);
    json_string(&json, "kind", message_kind_name(message->set->source->kind));
    json_string(&json, "driver", device->driver ? device->driver->name : NULL);
    json_number(&json, "cpu", message->cpu);
    json_number(&json, "apic_id", cpu ? cpu->apic_id.value : 0);
    json_null(&json, "remap_index");
    json_bool(&json, "masked", message->masked);
    json_number(&json, "count", message_count_all(message));
    json_number(&json, "irq", message->number);
    json_line_end(&json);
}

static void messages_print_set(struct command_call *call, const struct message_set *set)
{
    for (uint32_t i = 0; i < set->message_count; i++)
        (call->json ? messages_print_json : messages_print_row)(call->out, &set->messages[i]);
}

static void messages_print_reason(struct output *out, const struct message_set *set)
{
    char address[DEVICE_ADDRESS_TEXT];
    if (set->reason[0] && !board_device_is(device_of(set)))
        output_format(out, "%s: %s\n", pci_address_format(device_of(set)->address, address), set->reason);
}

static void messages_print_all(struct command_call *call)
{
    for (const struct message_set *set = message_set_first(); set; set = set->next)
        messages_print_set(call, set);
    if (call->json)
        return;
    for (const struct message_set *set = message_set_first(); set; set = set->next)
        messages_print_reason(call->out, set);
    output_format(call->out,
                  "%u messages; hexadecimal: ADDRESS, DATA, VEC; M: masked at the device;\nCPU: where it is; CPUS: "
                  "where it may be, group:mask\n",
                  message_total());
}

static enum result messages_run(struct command_call *call)
{
    struct device *device = NULL;
    enum result result = command_expect(call, 0, 1);
    if (result == RESULT_OK && call->word_count == 2)
        result = command_device(call, 1, &device);
    if (result != RESULT_OK)
        return result;
    if (device && !device->irq.messages)
        return command_fail(call, RESULT_NOT_FOUND, "%s has no messages", call->words[1]);
    if (!call->json)
        messages_print_header(call->out);
    if (!device) {
        messages_print_all(call);
        return RESULT_OK;
    }
    messages_print_set(call, device->irq.messages);
    if (!call->json)
        messages_print_reason(call->out, device->irq.messages);
    return RESULT_OK;
}

const struct command command_messages = {
    .name = "messages",
    .usage = "messages [BDF]",
    .summary = "The message table: every route, every field",
    .run = messages_run,
    .options = "BDF\tthis device's alone\n",
    .examples = "messages\n"
                "messages 00:06.0 --json\n",
};
