// Probing a device's message registers.

#include "kernel/diagnose/probe.h"
#include "kernel/diagnose/audit.h"
#include "kernel/diagnose/route_view.h"
#include "kernel/lib/output.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/heap.h"

enum { RANGE_TEXT = 24 };

#define LOW_HALF  UINT64_C(0xfffffffc) // the bits of an address that can be set, by halves
#define HIGH_HALF UINT64_C(0xffffffff00000000)

struct warner {
    void (*warn)(void *context, const char *text);
    void *context;
    uint32_t count;
};

static void warn(struct warner *warner, const char *format, ...) PRINTF_LIKE(2, 3);

static void warn(struct warner *warner, const char *format, ...)
{
    char text[PROBE_TEXT];
    va_list arguments;

    va_start(arguments, format);
    format_text_list(text, sizeof(text), format, arguments);
    va_end(arguments);
    warner->count++;
    warner->warn(warner->context, text);
}

// ---- the run --------------------------------------------------------------------------------------------------------

static bool is_reachable(const struct message_set *set)
{
    struct function_view function;
    struct route_view entry;

    function_view_take(device_of(set), &function);
    entry_view_take(set, 0, &function, &entry);
    return entry.is_reachable && entry.words_result == RESULT_OK;
}

static enum result check(struct probe *probe)
{
    const struct message_set *set = probe->set;
    enum result result = RESULT_UNSUPPORTED;

    if (!set->source->operations->probe)
        probe->reason = "a line has no registers for messages";
    else if (set->is_inactive)
        probe->reason = "the device is inactive";
    else
        result = RESULT_OK;
    if (result == RESULT_OK && !is_reachable(set)) {
        probe->reason = "its registers cannot be reached: see why";
        result = RESULT_BUSY;
    }
    return result;
}

static void drift_ignore(struct audit *audit, const struct audit_drift *drift) {}

enum result probe_run(const struct message_set *set, struct probe *probe)
{
    struct audit audit = {.drift = drift_ignore};

    *probe = (struct probe){.set = set};
    enum result result = check(probe);
    if (result != RESULT_OK)
        return result;
    probe->found.entries = heap_allocate(set->source->capacity * sizeof(probe->found.entries[0]));
    probe->reason = "no memory for its entries";
    if (!probe->found.entries)
        return RESULT_NO_MEMORY;
    result = set->source->operations->probe(set->source, &probe->found);
    probe->reason = result_name(result);
    // An MSI capability has no pending bit for messages that became due while it was off.
    if (set->source->kind == MESSAGE_MSI && !set->is_silent)
        shot_make_good(set->messages);
    audit_set(&audit, set);
    probe->drifts = audit.drifts;
    return result;
}

// ---- findings -------------------------------------------------------------------------------------------------------

static bool is_alike(const struct probe_entry *entries, uint32_t left, uint32_t right)
{
    const struct probe_entry *a = &entries[left], *b = &entries[right];

    return a->address == b->address && a->data == b->data && a->mask == b->mask && a->vendor == b->vendor &&
           a->same_as - left == b->same_as - right;
}

bool probe_range_at(const struct probe *probe, uint32_t first, struct probe_range *range)
{
    const struct message_probe *found = &probe->found;

    if (first >= found->entry_count)
        return false;
    *range = (struct probe_range){first, first, &found->entries[first]};
    while (range->last + 1 < found->entry_count && is_alike(found->entries, first, range->last + 1))
        range->last++;
    return true;
}

// "entry 3", "entries 5-64".
static const char *range_name(uint32_t first, uint32_t last, char *text)
{
    if (first == last)
        format_text(text, RANGE_TEXT, "entry %u", first);
    else
        format_text(text, RANGE_TEXT, "entries %u-%u", first, last);
    return text;
}

static void warn_of_words(struct warner *warner, const struct probe *probe, const struct probe_range *range,
                          const char *name)
{
    bool is_msi = probe->set->source->kind == MESSAGE_MSI;
    uint64_t high = is_msi && !device_of(probe->set)->msi.is_64bit ? 0 : HIGH_HALF;
    uint32_t data = is_msi ? UINT16_MAX : UINT32_MAX;
    uint64_t lost = (LOW_HALF | high) & ~range->entry->address;

    if (range->entry->address == 0 && range->entry->data == 0) {
        warn(warner, "%s: not there, nothing that is written stays", name);
        return;
    }
    if (lost)
        warn(warner, "%s: address bits 0x%llx do not stay", name, (unsigned long long)lost);
    if (data & ~range->entry->data)
        warn(warner, "%s: data bits 0x%x do not stay", name, data & ~range->entry->data);
}

static void warn_of_range(struct warner *warner, const struct probe *probe, const struct probe_range *range)
{
    const struct probe_entry *entry = range->entry;
    char name[RANGE_TEXT], other[RANGE_TEXT];

    range_name(range->first, range->last, name);
    warn_of_words(warner, probe, range, name);
    if (entry->same_as != range->first)
        warn(warner, "%s: the same storage as %s", name,
             range_name(entry->same_as, entry->same_as + range->last - range->first, other));
    if (entry->mask == PROBE_MASK_FAILS)
        warn(warner, "%s: the mask bit does not stay", name);
    if (entry->vendor)
        warn(warner, "%s: vector control holds a vendor's bits, 0x%x", name, entry->vendor);
}

static void warn_of_msi(struct warner *warner, const struct probe *probe)
{
    const struct msi_shape *shape = &device_of(probe->set)->msi;
    uint32_t masks = shape->maskable ? (uint32_t)BITS(shape->maximum - 1, 0) : 0;

    if (probe->found.granted != shape->maximum)
        warn(warner, "multiple message enable keeps %u messages, the capability offers %u", probe->found.granted,
             shape->maximum);
    if (masks & ~probe->found.mask_bits)
        warn(warner, "mask bits 0x%x do not stay", masks & ~probe->found.mask_bits);
}

uint32_t probe_warnings(const struct probe *probe, void (*call)(void *context, const char *text), void *context)
{
    struct warner warner = {call, context, 0};
    struct probe_range range;

    for (uint32_t first = 0; probe_range_at(probe, first, &range); first = range.last + 1)
        warn_of_range(&warner, probe, &range);
    if (probe->set->source->kind == MESSAGE_MSI)
        warn_of_msi(&warner, probe);
    if (probe->found.mirrored)
        warn(&warner, "%u entries behind the table's end show entries of the table", probe->found.mirrored);
    if (!probe->found.is_restored)
        warn(&warner, "a register did not take back what it held before");
    if (probe->drifts)
        warn(&warner, "an audit of the device afterwards finds %u drifts", probe->drifts);
    return warner.count;
}
