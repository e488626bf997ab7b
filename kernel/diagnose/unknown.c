// Records unowned interrupts without a lock, and finds their source.

#include "kernel/diagnose/unknown.h"
#include "kernel/core/cpu.h"
#include "kernel/core/dpc.h"
#include "kernel/core/host.h"
#include "kernel/core/message.h"
#include "kernel/core/wait.h"
#include "kernel/diagnose/interrupt_state.h"
#include "kernel/inventory/device.h"
#include "kernel/inventory/firmware.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output.h"
#include "kernel/runtime/vectors.h"

// Room for every vector on a few CPUs.
enum { UNKNOWN_BITS = 10, UNKNOWN_COUNT = 1 << UNKNOWN_BITS, KEY_NONE = 0, BOOT_CPU = 0 };

#define DECIDED_FOR WAIT_MILLISECONDS(100) // bounds reading every entry to once per 100 ms while arrivals go on

// A record is claimed by one exchange of its key, which never changes again. The search starts at the key's hash. The
// count is written last: a count of 1 or more means that the class is decided, or due.
struct record {
    uint32_t key;
    uint64_t count;
    uint64_t first;
    uint64_t last;
    uint64_t asked; // time of the last request for a decision
    uint64_t owned; // arrivals counted there, at that time, while the vector had an owner
    bool is_due;
    enum unknown_class class; // class and detail: boot CPU, at DISPATCH
    char detail[UNKNOWN_DETAIL];
};

typedef bool unknown_test(const struct record *record, char *detail);

static void decide_due(struct dpc *self);

static struct record records[UNKNOWN_COUNT];
static struct record *arrived[UNKNOWN_COUNT]; // records in use, by first arrival
static uint32_t arrived_count;
static uint64_t dropped;
static struct dpc decision = {.routine = decide_due, .is_targeted = true, .target = BOOT_CPU};

static uint32_t key_of(uint32_t cpu, uint32_t vector)
{
    return (cpu * VECTOR_COUNT + vector) + 1;
}

static uint32_t cpu_of(const struct record *record)
{
    return (record->key - 1) / VECTOR_COUNT;
}

static uint32_t vector_of(const struct record *record)
{
    return (record->key - 1) % VECTOR_COUNT;
}

static bool record_claim(struct record *record, uint32_t key, bool *is_first)
{
    uint32_t found = KEY_NONE;

    *is_first = __atomic_compare_exchange_n(&record->key, &found, key, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    return *is_first || found == key;
}

// The slot's count includes arrivals of former owners, and this one.
static void decision_ask(struct record *record, uint64_t now)
{
    uint64_t taken = host_slot_count(cpu_of(record), vector_of(record)), mine = record->count + 1;

    record->asked = now;
    record->owned = taken > mine ? taken - mine : 0;
    __atomic_store_n(&record->is_due, true, __ATOMIC_RELEASE);
}

static struct record *record_find(uint32_t key, bool *is_first)
{
    const uint32_t golden_ratio = UINT32_C(2654435769);
    uint32_t at = (key * golden_ratio) >> (32 - UNKNOWN_BITS);

    for (uint32_t i = 0; i < UNKNOWN_COUNT; i++) {
        struct record *record = &records[(at + i) % UNKNOWN_COUNT];
        if (record_claim(record, key, is_first))
            return record;
    }
    return NULL;
}

bool unknown_note(uint32_t cpu, uint32_t vector)
{
    uint64_t now = host_nanoseconds();
    bool is_first;
    struct record *record = record_find(key_of(cpu, vector), &is_first);

    if (!record) {
        __atomic_fetch_add(&dropped, 1, __ATOMIC_RELAXED);
        return false;
    }
    if (is_first)
        __atomic_store_n(&record->first, now, __ATOMIC_RELAXED);
    __atomic_store_n(&record->last, now, __ATOMIC_RELAXED);
    bool must_ask = is_first || now - record->asked >= DECIDED_FOR;
    if (must_ask)
        decision_ask(record, now);
    __atomic_fetch_add(&record->count, 1, __ATOMIC_RELEASE);
    if (is_first)
        __atomic_store_n(&arrived[__atomic_fetch_add(&arrived_count, 1, __ATOMIC_RELAXED)], record, __ATOMIC_RELEASE);
    if (must_ask)
        dpc_queue(&decision);
    return is_first;
}

uint32_t unknown_total(void)
{
    uint32_t total = 0;

    while (total < UNKNOWN_COUNT && __atomic_load_n(&arrived[total], __ATOMIC_ACQUIRE))
        total++;
    return total;
}

struct unknown unknown_get(uint32_t index)
{
    const struct record *record = arrived[index];
    struct unknown unknown = {
        .cpu = cpu_of(record),
        .vector = vector_of(record),
        .count = __atomic_load_n(&record->count, __ATOMIC_ACQUIRE),
        .first = __atomic_load_n(&record->first, __ATOMIC_RELAXED),
        .last = __atomic_load_n(&record->last, __ATOMIC_RELAXED),
    };
    // The deferred call of an arrival on another CPU may still be pending.
    enum irql previous = irql_raise(IRQL_DISPATCH);

    decide_due(NULL);
    unknown.class = record->class;
    memcpy(unknown.detail, record->detail, sizeof(unknown.detail));
    irql_lower(previous);
    return unknown;
}

uint64_t unknown_dropped(void)
{
    return __atomic_load_n(&dropped, __ATOMIC_RELAXED);
}

uint32_t unknown_held(uint32_t cpu)
{
    struct interrupt_state state;

    if (cpu_get(cpu)->state != CPU_ONLINE || interrupt_state_of(cpu, &state) != RESULT_OK)
        return 0;
    return state.requested[0];
}

struct unknown unknown_held_get(uint32_t cpu, uint32_t vector)
{
    uint64_t now = host_nanoseconds();

    return (struct unknown){
        .cpu = cpu,
        .vector = vector,
        .count = 1,
        .first = now,
        .last = now,
        .class = UNKNOWN_HELD,
        .detail = "waits at the local APIC, kept from the exception of that number",
    };
}

static bool message_sends_to(const struct message *message, struct message_words there)
{
    struct message_source *source = message->set->source;
    struct message_words words;

    return source->kind != MESSAGE_LINE && source->operations->read(source, message->index, &words) == RESULT_OK &&
           message_words_equal(words, there);
}

static bool is_stale(const struct record *record, char *detail)
{
    struct message_words there;
    char text[DEVICE_ADDRESS_TEXT];

    if (host_message_compose(cpu_of(record), vector_of(record), &there) != RESULT_OK)
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

// A local APIC bit of the boot CPU is recorded by name, a pin by the low half of its entry.
static bool finding_names(const struct firmware_finding *finding, const struct record *record)
{
    char where[sizeof(finding->where)];

    if (strcmp(finding->item, "ioapic_pin") == 0)
        return (finding->value & BITS(7, 0)) == vector_of(record);
    if (strcmp(finding->item, "isr_bit") != 0 && strcmp(finding->item, "irr_bit") != 0)
        return false;
    format_text(where, sizeof(where), "cpu %u vector 0x%x", cpu_of(record), vector_of(record));
    return strcmp(finding->where, where) == 0;
}

static bool is_firmware(const struct record *record, char *detail)
{
    for (uint32_t i = 0; i < firmware_total(); i++) {
        const struct firmware_finding *finding = firmware_get(i);
        if (!finding_names(finding, record))
            continue;
        format_text(detail, UNKNOWN_DETAIL, "firmware had left %s: %s", finding->item, finding->where);
        return true;
    }
    return false;
}

static bool is_legacy(const struct record *record, char *detail)
{
    if (irql_of_vector(vector_of(record)) != IRQL_LEGACY)
        return false;
    format_text(detail, UNKNOWN_DETAIL, "8259 line %u, or its spurious 7 or 15", vector_of(record) % VECTOR_ROW);
    return true;
}

// The spurious vector's slot also counts spurious interrupts that were no messages.
static bool is_late(const struct record *record, char *detail)
{
    if (!record->owned || vector_of(record) == VECTOR_SPURIOUS)
        return false;
    format_text(detail, UNKNOWN_DETAIL, "%llu taken there while it was somebody's", (unsigned long long)record->owned);
    return true;
}

static bool is_foreign(const struct record *record, char *detail)
{
    format_text(detail, UNKNOWN_DETAIL, "no entry of a known device leads there");
    return true;
}

static const struct {
    const char *name;
    unknown_test *test;
} classes[UNKNOWN_CLASS_COUNT] = {
    [UNKNOWN_HELD] = {"held", NULL}, // no arrival
    [UNKNOWN_STALE] = {"stale", is_stale},
    [UNKNOWN_FIRMWARE] = {"firmware", is_firmware},
    [UNKNOWN_LEGACY] = {"legacy", is_legacy},
    [UNKNOWN_LATE] = {"late", is_late},
    [UNKNOWN_FOREIGN] = {"foreign", is_foreign},
};

static void decide_due(struct dpc *self)
{
    for (uint32_t i = 0; i < unknown_total(); i++) {
        struct record *record = arrived[i];
        uint32_t class = UNKNOWN_STALE;
        if (!__atomic_exchange_n(&record->is_due, false, __ATOMIC_ACQ_REL))
            continue;
        while (!classes[class].test(record, record->detail))
            class ++;
        record->class = (enum unknown_class) class;
    }
}

const char *unknown_class_name(enum unknown_class class)
{
    return classes[class].name;
}
