// Keeping what nobody owned, without a lock, and finding out where it came from.

#include "kernel/diagnose/unknown.h"
#include "kernel/core/host.h"
#include "kernel/core/message.h"
#include "kernel/inventory/device.h"
#include "kernel/inventory/firmware.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output.h"

enum { UNKNOWN_COUNT = 64, KEY_NONE = 0 };

// Claimed by its key with one exchange; a key never changes again.
struct record {
    uint32_t key;
    uint64_t count;
    uint64_t first;
    uint64_t last;
};

typedef bool unknown_test(const struct unknown *unknown, char *detail);

static struct record records[UNKNOWN_COUNT];
static uint64_t dropped;

static uint32_t key_of(uint32_t cpu, uint32_t vector)
{
    return (cpu * VECTOR_COUNT + vector) + 1;
}

static bool record_claim(struct record *record, uint32_t key, bool *is_first)
{
    uint32_t found = KEY_NONE;

    *is_first = __atomic_compare_exchange_n(&record->key, &found, key, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    return *is_first || found == key;
}

bool unknown_note(uint32_t cpu, uint32_t vector)
{
    uint64_t now = host_nanoseconds();
    bool is_first;

    for (uint32_t i = 0; i < UNKNOWN_COUNT; i++) {
        if (!record_claim(&records[i], key_of(cpu, vector), &is_first))
            continue;
        if (is_first)
            __atomic_store_n(&records[i].first, now, __ATOMIC_RELAXED);
        __atomic_store_n(&records[i].last, now, __ATOMIC_RELAXED);
        __atomic_fetch_add(&records[i].count, 1, __ATOMIC_RELEASE);
        return is_first;
    }
    __atomic_fetch_add(&dropped, 1, __ATOMIC_RELAXED);
    return false;
}

uint32_t unknown_total(void)
{
    uint32_t total = 0;

    while (total < UNKNOWN_COUNT && __atomic_load_n(&records[total].key, __ATOMIC_ACQUIRE) != KEY_NONE)
        total++;
    return total;
}

struct unknown unknown_get(uint32_t index)
{
    const struct record *record = &records[index];

    return (struct unknown){
        .cpu = (record->key - 1) / VECTOR_COUNT,
        .vector = (record->key - 1) % VECTOR_COUNT,
        .count = __atomic_load_n(&record->count, __ATOMIC_ACQUIRE),
        .first = __atomic_load_n(&record->first, __ATOMIC_RELAXED),
        .last = __atomic_load_n(&record->last, __ATOMIC_RELAXED),
    };
}

uint64_t unknown_dropped(void)
{
    return __atomic_load_n(&dropped, __ATOMIC_RELAXED);
}

static bool message_sends_to(const struct message *message, struct message_words there)
{
    struct message_source *source = message->set->source;
    struct message_words words;

    return source->kind != MESSAGE_LINE && source->operations->read(source, message->index, &words) == RESULT_OK &&
           words.address.address == there.address.address && words.data == there.data;
}

static bool is_stale(const struct unknown *unknown, char *detail)
{
    struct message_words there;
    char text[DEVICE_ADDRESS_TEXT];

    if (host_message_compose(unknown->cpu, unknown->vector, &there) != RESULT_OK)
        return false;
    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message)
            if (message_sends_to(message, there)) {
                format_text(detail, UNKNOWN_DETAIL, "%s %u sends there, its record says cpu %u vector 0x%02x",
                            pci_address_format(device_of(set)->address, text), message->index, message->cpu,
                            message->info.vector);
                return true;
            }
    return false;
}

// A bit of the boot CPU's local APIC is recorded by name, a pin with the low half of its entry.
static bool finding_names(const struct firmware_finding *finding, const struct unknown *unknown)
{
    char where[sizeof(finding->where)];

    if (strcmp(finding->item, "ioapic_pin") == 0)
        return (finding->value & BITS(7, 0)) == unknown->vector;
    if (strcmp(finding->item, "isr_bit") != 0 && strcmp(finding->item, "irr_bit") != 0)
        return false;
    format_text(where, sizeof(where), "cpu %u vector 0x%x", unknown->cpu, unknown->vector);
    return strcmp(finding->where, where) == 0;
}

static bool is_firmware(const struct unknown *unknown, char *detail)
{
    for (uint32_t i = 0; i < firmware_total(); i++) {
        const struct firmware_finding *finding = firmware_get(i);
        if (!finding_names(finding, unknown))
            continue;
        format_text(detail, UNKNOWN_DETAIL, "firmware had left %s: %s", finding->item, finding->where);
        return true;
    }
    return false;
}

static bool is_legacy(const struct unknown *unknown, char *detail)
{
    if (irql_of_vector(unknown->vector) != IRQL_LEGACY)
        return false;
    format_text(detail, UNKNOWN_DETAIL, "8259 line %u, or its spurious 7 or 15", unknown->vector % VECTOR_ROW);
    return true;
}

// The slot counts every arrival, whoever owned it then.
static bool is_late(const struct unknown *unknown, char *detail)
{
    uint64_t taken = host_slot_count(unknown->cpu, unknown->vector);

    if (taken <= unknown->count)
        return false;
    format_text(detail, UNKNOWN_DETAIL, "%llu taken there while it was somebody's",
                (unsigned long long)(taken - unknown->count));
    return true;
}

static bool is_foreign(const struct unknown *unknown, char *detail)
{
    format_text(detail, UNKNOWN_DETAIL, "no entry of a known device leads there");
    return true;
}

static const struct {
    const char *name;
    unknown_test *test;
} classes[UNKNOWN_CLASS_COUNT] = {
    [UNKNOWN_STALE] = {"stale", is_stale},       [UNKNOWN_FIRMWARE] = {"firmware", is_firmware},
    [UNKNOWN_LEGACY] = {"legacy", is_legacy},    [UNKNOWN_LATE] = {"late", is_late},
    [UNKNOWN_FOREIGN] = {"foreign", is_foreign},
};

enum unknown_class unknown_classify(const struct unknown *unknown, char *detail)
{
    uint32_t class = 0;

    while (!classes[class].test(unknown, detail))
        class ++;
    return (enum unknown_class) class;
}

const char *unknown_class_name(enum unknown_class class)
{
    return classes[class].name;
}
