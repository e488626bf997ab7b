// messages: the message table, every field of every record.

#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/commands/selection.h"
#include "kernel/core/message.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/board_device.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/json.h"
#include "kernel/runtime/heap.h"

enum { MESSAGES_SET_TEXT = 24 };

#define MESSAGES_MEASURED WAIT_MILLISECONDS(1000)

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

static void messages_print_reason(struct output *out, const struct message_set *set)
{
    char address[DEVICE_ADDRESS_TEXT];
    if (set->reason[0] && !board_device_is(device_of(set)))
        output_format(out, "%s: %s\n", pci_address_format(device_of(set)->address, address), set->reason);
}

static void messages_print_notes(struct output *out, const struct selection *selection, uint32_t shown)
{
    for (const struct message_set *set = message_set_first(); set; set = set->next)
        if (!selection->device || selection->device == device_of(set))
            messages_print_reason(out, set);
    output_format(out,
                  "%u messages; hexadecimal: ADDRESS, DATA, VEC; M: masked at the device;\n"
                  "CPU: where it is; CPUS: where it may be, group:mask\n",
                  shown);
}

static uint32_t messages_take(const struct selection *selection, const struct message **taken)
{
    uint32_t count = 0;

    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message)
            if (selection_takes(selection, message))
                taken[count++] = message;
    return count;
}

// False: stopped while the rates were measured.
static bool messages_sort(enum selection_sort sort, const struct message *const *taken, uint64_t *keys, uint32_t *order,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        keys[i] = sort == SELECTION_TABLE ? 0 : message_count_all(taken[i]);
    if (sort == SELECTION_RATE && console_pause(MESSAGES_MEASURED))
        return false;
    for (uint32_t i = 0; sort == SELECTION_RATE && i < count; i++)
        keys[i] = message_count_all(taken[i]) - keys[i];
    selection_order(keys, order, count);
    return true;
}

static enum result messages_print(struct command_call *call, const struct selection *selection,
                                  const struct message **taken, uint64_t *keys, uint32_t *order)
{
    uint32_t count = messages_take(selection, taken);

    if (!messages_sort(selection->sort, taken, keys, order, count))
        return command_fail(call, RESULT_STOPPED, "stopped");
    if (!call->json)
        messages_print_header(call->out);
    for (uint32_t i = 0; i < count; i++)
        (call->json ? messages_print_json : messages_print_row)(call->out, taken[order[i]]);
    if (!call->json)
        messages_print_notes(call->out, selection, count);
    return RESULT_OK;
}

static enum result messages_run(struct command_call *call)
{
    struct selection selection;
    enum result result = selection_parse(call, 1, &selection);
    if (result != RESULT_OK)
        return result;
    uint32_t room = message_total() + 1;
    const struct message **taken = heap_allocate(room * sizeof(*taken));
    uint64_t *keys = heap_allocate(room * sizeof(*keys));
    uint32_t *order = heap_allocate(room * sizeof(*order));
    result = taken && keys && order ? messages_print(call, &selection, taken, keys, order)
                                    : command_fail(call, RESULT_NO_MEMORY, "no memory for %u messages", room - 1);
    heap_free(taken);
    heap_free(keys);
    heap_free(order);
    return result;
}

const struct command command_messages = {
    .name = "messages",
    .usage = "messages " SELECTION_USAGE,
    .summary = "The message table: every route, every field",
    .run = messages_run,
    .options = SELECTION_OPTIONS,
    .examples = "messages\n"
                "messages 00:06.0 --json\n"
                "messages cpu=1 sort=count\n",
};
