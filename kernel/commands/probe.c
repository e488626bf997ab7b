// probe: which entries and bits of a device's message registers really exist.

#include "kernel/diagnose/probe.h"
#include "kernel/commands/commands.h"
#include "kernel/inventory/device.h"
#include "kernel/lib/json.h"
#include "kernel/runtime/heap.h"

enum { PROBE_RANGE_TEXT = 16 };

static const char *probe_mask_name(const struct probe *probe, const struct probe_entry *entry)
{
    static const char *const names[] = {
        [PROBE_MASK_UNTRIED] = "not tried",
        [PROBE_MASK_WORKS] = "works",
        [PROBE_MASK_FAILS] = "fails",
    };
    if (probe->set->source->kind == MESSAGE_MSI)
        return probe->found.mask_bits ? "works" : "none";
    return names[entry->mask];
}

static const char *probe_range_text(uint32_t first, uint32_t last, char *text)
{
    if (first == last)
        format_text(text, PROBE_RANGE_TEXT, "%u", first);
    else
        format_text(text, PROBE_RANGE_TEXT, "%u-%u", first, last);
    return text;
}

static void probe_print_range(struct command_call *call, const struct probe *probe, const struct probe_range *range)
{
    const struct probe_entry *entry = range->entry;
    char entries[PROBE_RANGE_TEXT], same[PROBE_RANGE_TEXT] = "-";
    if (entry->same_as != range->first)
        probe_range_text(entry->same_as, entry->same_as + range->last - range->first, same);
    output_format(call->out, "%-11s 0x%016llx 0x%08x %-10s %s\n", probe_range_text(range->first, range->last, entries),
                  (unsigned long long)entry->address, entry->data, probe_mask_name(probe, entry), same);
}

static void probe_json_range(struct command_call *call, const struct probe *probe, const struct probe_range *range)
{
    const struct probe_entry *entry = range->entry;
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;
    json_line_begin(&json, call->out, "probe");
    json_string(&json, "bdf", pci_address_format(device_of(probe->set)->address, address));
    json_number(&json, "first", range->first);
    json_number(&json, "last", range->last);
    json_hex(&json, "address_bits", entry->address, 16);
    json_hex(&json, "data_bits", entry->data, 8);
    if (probe->set->source->kind == MESSAGE_MSIX && entry->mask == PROBE_MASK_UNTRIED)
        json_null(&json, "mask");
    else
        json_bool(&json, "mask", entry->mask == PROBE_MASK_WORKS || probe->found.mask_bits);
    json_hex(&json, "vendor", entry->vendor, 8);
    if (entry->same_as == range->first)
        json_null(&json, "same_as");
    else
        json_number(&json, "same_as", entry->same_as);
    json_line_end(&json);
}

static void probe_print_warning(void *context, const char *text)
{
    const struct command_call *call = context;
    struct json json;
    if (!call->json) {
        output_format(call->out, "warning: %s\n", text);
        return;
    }
    json_line_begin(&json, call->out, "probe_warning");
    json_string(&json, "text", text);
    json_line_end(&json);
}

static void probe_print_summary(struct command_call *call, const struct probe *probe, uint32_t warnings)
{
    const struct message_probe *found = &probe->found;
    uint32_t capacity = probe->set->source->capacity;
    if (probe->set->source->kind == MESSAGE_MSI)
        output_format(call->out, "MSI: %u messages of %u can be granted, mask bits 0x%08x", found->granted, capacity,
                      found->mask_bits);
    else
        output_format(call->out, "MSI-X: %u entries; %u behind them read, %u of these mirror the table",
                      found->entry_count, found->beyond, found->mirrored);
    output_format(call->out, "\n%u pending; %u warnings\n%s\n", found->pending, warnings,
                  found->is_restored && !probe->drifts ? "all is as before, by an audit of the device"
                                                       : "NOT all is as before: see audit");
}

static void probe_json_summary(struct command_call *call, const struct probe *probe, uint32_t warnings)
{
    const struct message_probe *found = &probe->found;
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;
    json_line_begin(&json, call->out, "probe_summary");
    json_string(&json, "bdf", pci_address_format(device_of(probe->set)->address, address));
    json_string(&json, "kind", message_kind_name(probe->set->source->kind));
    json_number(&json, "capacity", probe->set->source->capacity);
    json_number(&json, "granted", found->granted);
    json_hex(&json, "mask_bits", found->mask_bits, 8);
    json_number(&json, "beyond", found->beyond);
    json_number(&json, "mirrored", found->mirrored);
    json_number(&json, "pending", found->pending);
    json_number(&json, "warnings", warnings);
    json_bool(&json, "restored", found->is_restored && !probe->drifts);
    json_line_end(&json);
}

static void probe_print(struct command_call *call, const struct probe *probe)
{
    struct probe_range range;
    if (!call->json)
        output_format(call->out, "%-11s %-18s %-10s %-10s %s\n", "ENTRIES", "ADDRESS BITS", "DATA BITS", "MASK BIT",
                      "SAME AS");
    for (uint32_t first = 0; probe_range_at(probe, first, &range); first = range.last + 1)
        (call->json ? probe_json_range : probe_print_range)(call, probe, &range);
    uint32_t warnings = probe_warnings(probe, probe_print_warning, call);
    (call->json ? probe_json_summary : probe_print_summary)(call, probe, warnings);
}

static enum result probe_command(struct command_call *call)
{
    struct probe probe;
    struct device *device;
    enum result result = command_expect(call, 1, 1);
    if (result == RESULT_OK)
        result = command_device(call, 1, &device);
    if (result != RESULT_OK)
        return result;
    if (!device->irq.messages)
        return command_fail(call, RESULT_NOT_FOUND, "%s has no messages", call->words[1]);
    result = probe_run(device->irq.messages, &probe);
    if (result == RESULT_OK)
        probe_print(call, &probe);
    heap_free(probe.found.entries);
    if (result != RESULT_OK)
        return command_fail(call, result, "%s: %s", call->words[1], probe.reason);
    return probe.found.is_restored && !probe.drifts
               ? RESULT_OK
               : command_fail(call, RESULT_MISMATCH, "%s is not as it was before", call->words[1]);
}

const struct command command_probe = {
    .name = "probe",
    .usage = "probe BDF",
    .summary = "Which entries and bits of its messages really exist",
    .run = probe_command,
    .options = OPTION_BDF,
    .examples = "probe 00:06.0\n",
};
