// msix: an MSI-X table and its pending bits as they stand, beside what the records say.

#include "kernel/commands/commands.h"
#include "kernel/core/message.h"
#include "kernel/lib/json.h"

struct msix_sum {
    uint32_t entries, pending, differing;
};

// Everything the hardware says of one entry.
struct msix_entry {
    uint32_t index;
    struct message_words words;
    struct message_detail detail;
    bool masked, pending;
    const struct message *record; // NULL: no message has it
};

static enum result entry_read(struct message_source *source, uint32_t index, struct msix_entry *entry)
{
    const struct message_set *set = source->device->messages;
    enum result result = source->operations->read(source, index, &entry->words);

    entry->index = index;
    entry->record = set && set->source == source && index < set->message_count ? &set->messages[index] : NULL;
    if (result == RESULT_OK)
        result = source->operations->status(source, index, &entry->masked, &entry->pending);
    return result == RESULT_OK ? source->operations->detail(source, index, &entry->detail) : result;
}

static bool entry_differs(const struct msix_entry *entry)
{
    return entry->record && (!message_words_equal(entry->words, message_words_of(entry->record)) ||
                             entry->masked != entry->record->masked);
}

static const char *entry_verdict(const struct msix_entry *entry)
{
    if (!entry->record)
        return "none";
    return entry_differs(entry) ? "differs" : "same";
}

static void entry_print(struct output *out, const struct msix_entry *entry)
{
    output_format(out, "%4u 0x%016llx 0x%08x 0x%08x %-6s %-7s", entry->index,
                  (unsigned long long)entry->words.address.address, entry->words.data,
                  entry->detail.vendor | entry->masked, entry->masked ? "masked" : "-",
                  entry->pending ? "pending" : "-");
    if (!entry->record)
        output_format(out, " -\n");
    else if (!entry_differs(entry))
        output_format(out, " cpu %u vector 0x%02x\n", entry->record->cpu, entry->record->info.vector);
    else
        output_format(out, " record: 0x%llx 0x%x%s\n", (unsigned long long)entry->record->info.message_address.address,
                      entry->record->info.message_data, entry->record->masked ? " masked" : "");
}

static void entry_print_json(struct output *out, const struct msix_entry *entry, const char *address)
{
    struct json json;

    json_line_begin(&json, out, "msix_entry");
    json_string(&json, "bdf", address);
    json_number(&json, "index", entry->index);
    json_hex(&json, "message_address", entry->words.address.address, 8);
    json_hex(&json, "message_data", entry->words.data, 8);
    json_hex(&json, "control", entry->detail.vendor | entry->masked, 8);
    json_bool(&json, "masked", entry->masked);
    json_bool(&json, "pending", entry->pending);
    json_string(&json, "record", entry_verdict(entry));
    json_line_end(&json);
}

static void sum_print(struct command_call *call, const struct msix_sum *sum, const char *address)
{
    struct json json;

    if (!call->json) {
        output_format(call->out, "%u entries, %u pending, %u differ from their records\n", sum->entries, sum->pending,
                      sum->differing);
        return;
    }
    json_line_begin(&json, call->out, "msix_summary");
    json_string(&json, "bdf", address);
    json_number(&json, "entries", sum->entries);
    json_number(&json, "pending", sum->pending);
    json_number(&json, "differing", sum->differing);
    json_line_end(&json);
}

static enum result msix_run(struct command_call *call)
{
    char address[DEVICE_ADDRESS_TEXT];
    struct msix_sum sum = {0};
    struct device *device;
    enum result result = command_expect(call, 1, 1);
    if (result == RESULT_OK)
        result = command_device(call, 1, &device);
    if (result != RESULT_OK)
        return result;
    struct message_source *source = device->irq.sources[MESSAGE_MSIX];
    if (!source || source->refusal)
        return command_fail(call, RESULT_UNSUPPORTED, "%s has no MSI-X table that can be read%s%s", call->words[1],
                            source ? ": " : "", source ? source->refusal : "");
    pci_address_format(device->address, address);
    for (sum.entries = 0; sum.entries < source->capacity && !console_stop_asked(); sum.entries++) {
        struct msix_entry entry = {0};
        result = entry_read(source, sum.entries, &entry);
        if (result != RESULT_OK)
            return command_fail(call, result, "%s: its table cannot be reached now: %s", address, result_name(result));
        sum.pending += entry.pending;
        sum.differing += entry_differs(&entry);
        if (!call->json && sum.entries == 0)
            output_format(call->out, "%4s %-18s %-10s %-10s %-6s %-7s %s\n", "N", "ADDRESS", "DATA", "CONTROL", "MASK",
                          "PENDING", "RECORD");
        if (call->json)
            entry_print_json(call->out, &entry, address);
        else
            entry_print(call->out, &entry);
    }
    sum_print(call, &sum, address);
    return RESULT_OK;
}

const struct command command_msix = {
    .name = "msix",
    .usage = "msix BDF",
    .summary = "The MSI-X table and pending bits as they are",
    .run = msix_run,
    .options = OPTION_BDF,
    .examples = "msix 00:06.0\n",
};
