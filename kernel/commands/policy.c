// policy: where the messages of each device may live, and where they do; gives a live device another policy.

#include "kernel/core/policy.h"
#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/core/irq_move.h"
#include "kernel/lib/json.h"

enum { POLICY_INDENT = 59, POLICY_ALLOWED_TEXT = 64 };

// The processors of one group that some message of the set is allowed on.
static uint64_t policy_allowed(struct message_set *set, uint16_t group)
{
    uint64_t mask = 0;

    message_for_each (set, message) {
        const struct group_affinity *allowed = &message->info.target_processor_set;
        mask |= allowed->group == group ? allowed->mask : 0;
    }
    return mask;
}

static uint16_t policy_groups(void)
{
    return (uint16_t)((cpu_total() + CPU_GROUP_SIZE - 1) / CPU_GROUP_SIZE);
}

static uint32_t policy_messages_on(struct message_set *set, uint32_t cpu)
{
    uint32_t messages = 0;

    message_for_each (set, message)
        messages += message->cpu == cpu;
    return messages;
}

// "0:0xf 1:0x3"; "none" when nothing is allowed anywhere.
static const char *policy_allowed_text(struct message_set *set, char text[POLICY_ALLOWED_TEXT])
{
    struct output_buffer buffer;

    output_buffer_start(&buffer, text, POLICY_ALLOWED_TEXT);
    for (uint16_t group = 0; group < policy_groups(); group++) {
        uint64_t mask = policy_allowed(set, group);
        if (mask)
            output_format(&buffer.output, "%s%u:0x%llx", buffer.length ? " " : "", group, (unsigned long long)mask);
    }
    return buffer.length ? text : "none";
}

static void policy_print_row(struct output *out, struct message_set *set)
{
    char address[DEVICE_ADDRESS_TEXT], allowed[POLICY_ALLOWED_TEXT];
    struct columns columns;

    output_format(out, "%-12s %-10s %-9s %8u %-16s", pci_address_format(device_of(set)->address, address),
                  columns_driver(device_of(set)), policy_name(set->policy), set->message_count,
                  policy_allowed_text(set, allowed));
    columns_start(&columns, out, POLICY_INDENT);
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        if (policy_messages_on(set, cpu))
            columns_add(&columns, "%u", cpu);
    columns_end(&columns, "-");
}

static void policy_json_allowed(struct json *json, struct message_set *set)
{
    json_array_begin(json, "allowed");
    for (uint16_t group = 0; group < policy_groups(); group++) {
        uint64_t mask = policy_allowed(set, group);
        if (!mask)
            continue;
        json_object_begin(json, NULL);
        json_number(json, "group", group);
        json_hex(json, "mask", mask, 16);
        json_object_end(json);
    }
    json_array_end(json);
}

static void policy_print_json(struct output *out, struct message_set *set)
{
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;

    json_line_begin(&json, out, "policy");
    json_string(&json, "bdf", pci_address_format(device_of(set)->address, address));
    json_string(&json, "driver", device_of(set)->driver ? columns_driver(device_of(set)) : NULL);
    json_string(&json, "policy", policy_name(set->policy));
    policy_json_allowed(&json, set);
    json_array_begin(&json, "cpus");
    message_for_each (set, message)
        json_number(&json, NULL, message->cpu);
    json_array_end(&json);
    json_line_end(&json);
}

static void policy_print(struct command_call *call, const struct device *device)
{
    if (!call->json)
        output_format(call->out, "%-12s %-10s %-9s %8s %-16s %s\n", "DEVICE", "DRIVER", "POLICY", "MESSAGES", "ALLOWED",
                      "ON CPUS");
    for (struct message_set *set = message_set_first(); set; set = set->next)
        if (!device || device_of(set) == device)
            (call->json ? policy_print_json : policy_print_row)(call->out, set);
}

static enum result policy_unknown(struct command_call *call)
{
    char names[POLICY_ALLOWED_TEXT];
    struct output_buffer buffer;

    output_buffer_start(&buffer, names, sizeof(names));
    for (uint32_t i = 0; i < IRQ_POLICY_COUNT; i++)
        output_format(&buffer.output, "%s%s", i ? ", " : "", policy_name((enum irq_policy)i));
    return command_fail(call, RESULT_NOT_FOUND, "'%.40s' is none of %s", call->words[2], names);
}

static enum result policy_set(struct command_call *call, struct message_set *set)
{
    enum irq_policy policy;

    if (policy_parse(call->words[2], &policy) != RESULT_OK)
        return policy_unknown(call);
    if (policy == IRQ_POLICY_SPECIFIED_PROCESSORS)
        return command_fail(call, RESULT_INVALID, "route says which processors are specified, message by message");
    enum result result = irq_policy_set(set, policy);
    if (result != RESULT_OK)
        return command_fail(call, result, "not every message of %s could move: %s", call->words[1],
                            result_name(result));
    policy_print(call, device_of(set));
    return RESULT_OK;
}

static enum result policy_run(struct command_call *call)
{
    struct device *device = NULL;
    enum result result = call->word_count == 2 ? command_expect(call, 2, 2) : command_expect(call, 0, 2);

    if (result == RESULT_OK && call->word_count > 1)
        result = command_device(call, 1, &device);
    if (result != RESULT_OK)
        return result;
    if (device && !device->irq.messages)
        return command_fail(call, RESULT_NOT_FOUND, "%s has no messages", call->words[1]);
    if (device)
        return policy_set(call, device->irq.messages);
    policy_print(call, NULL);
    return RESULT_OK;
}

static const char *policy_names(uint32_t index)
{
    return index < IRQ_POLICY_COUNT ? policy_name((enum irq_policy)index) : NULL;
}

const struct command command_policy = {
    .name = "policy",
    .usage = "policy [BDF NAME]",
    .summary = "Where devices' messages may live and do",
    .run = policy_run,
    .names = policy_names,
    .options = "BDF\tthe device that gets another policy\n"
               "NAME\tdefault, all_close, one_close, all or spread\n",
    .examples = "policy\n"
                "policy 00:06.0 spread\n",
};
