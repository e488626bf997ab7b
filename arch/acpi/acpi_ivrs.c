// The IVRS: AMD's remapping units, and what each of them is responsible for.

#include "arch/acpi/acpi_ivrs.h"
#include "kernel/lib/memory.h"

enum {
    RECORDS_OFFSET = 48,
    TYPE_MASK = 0xff, // the byte above it holds flags
    FLAGS_SHIFT = 8,
    LONG_UNIT_SIZE = 40, // of types 11h and 40h, up to the entries
    ACPI_ENTRY_SIZE = 22,
    ACPI_ENTRY_NAME = 4,
    ENTRY_SIZE_SHIFT = 6, // of a type's two upper bits: 4, 8, 16, 32 bytes
};

struct wire_unit {
    uint8_t type;
    uint8_t flags;
    uint16_t length;
    uint16_t device_id;
    uint16_t capability;
    uint64_t base;
    uint16_t segment;
    uint16_t info;
    uint32_t features;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_unit) == 24, "wire size");

struct wire_memory {
    uint8_t type;
    uint8_t flags;
    uint16_t length;
    uint16_t device_id;
    uint16_t last_id;
    uint64_t reserved;
    uint64_t base;
    uint64_t size;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_memory) == 32, "wire size");

// The first four bytes of every entry, and the four more of the second kind.
struct wire_entry {
    uint8_t type;
    uint16_t device_id;
    uint8_t settings;
    uint8_t handle; // special entries; reserved in alias entries
    uint16_t source;
    uint8_t variety;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_entry) == 8, "wire size");

static bool unit_read(const struct acpi_record *raw, struct acpi_ivrs_block *block)
{
    struct wire_unit wire;
    uint32_t size = block->type == ACPI_IVRS_UNIT ? sizeof(wire) : LONG_UNIT_SIZE;

    if (raw->length < size || !acpi_record_copy(raw, &wire, sizeof(wire)))
        return false;
    block->device_id = wire.device_id;
    block->capability = wire.capability;
    block->base.address = wire.base;
    block->segment = wire.segment;
    block->features = wire.features;
    if (size == LONG_UNIT_SIZE)
        memcpy(&block->extended_features, raw->bytes + sizeof(wire), sizeof(block->extended_features));
    block->entries = raw->bytes + size;
    block->entries_length = raw->length - size;
    return true;
}

static bool memory_read(const struct acpi_record *raw, struct acpi_ivrs_block *block)
{
    struct wire_memory wire;

    if (!acpi_record_copy(raw, &wire, sizeof(wire)))
        return false;
    block->device_id = wire.device_id;
    block->last_id = wire.last_id;
    block->base.address = wire.base;
    block->size = wire.size;
    return true;
}

static bool is_unit(uint8_t type)
{
    return type == ACPI_IVRS_UNIT || type == ACPI_IVRS_UNIT_EFR || type == ACPI_IVRS_UNIT_ACPI;
}

void acpi_ivrs_begin(struct acpi_ivrs *ivrs, const struct acpi_table *table, struct acpi_findings *findings)
{
    *ivrs = (struct acpi_ivrs){.findings = findings};
    acpi_walk_begin(&ivrs->walk, table->bytes, table->length, RECORDS_OFFSET, ACPI_WALK_16BIT);
}

bool acpi_ivrs_next(struct acpi_ivrs *ivrs, struct acpi_ivrs_block *block)
{
    struct acpi_record raw;

    while (acpi_walk_next(&ivrs->walk, &raw)) {
        *block = (struct acpi_ivrs_block){.type = raw.type & TYPE_MASK,
                                          .flags = (uint8_t)(raw.type >> FLAGS_SHIFT),
                                          .offset = raw.offset};
        bool is_memory = block->type >= ACPI_IVRS_MEMORY_ALL && block->type <= ACPI_IVRS_MEMORY_RANGE;
        if (!is_unit(block->type) && !is_memory)
            acpi_findings_add(ivrs->findings, "IVRS", "block of an unknown type, passed over at offset", raw.offset);
        else if (is_memory ? memory_read(&raw, block) : unit_read(&raw, block))
            return true;
        else
            acpi_findings_add(ivrs->findings, "IVRS", "block is too short for its type at offset", raw.offset);
    }
    if (!ivrs->reported)
        acpi_walk_report(&ivrs->walk, ivrs->findings, "IVRS");
    ivrs->reported = true;
    return false;
}

// A higher type number has more fields. Of two blocks of one type the first is used.
bool acpi_ivrs_is_best(const struct acpi_table *table, const struct acpi_ivrs_block *block)
{
    struct acpi_ivrs ivrs;
    struct acpi_ivrs_block other;

    if (!is_unit(block->type))
        return false;
    acpi_ivrs_begin(&ivrs, table, NULL);
    while (acpi_ivrs_next(&ivrs, &other)) {
        bool is_same = is_unit(other.type) && other.base.address == block->base.address;
        bool is_better = other.type > block->type || (other.type == block->type && other.offset < block->offset);
        if (is_same && is_better)
            return false;
    }
    return true;
}

void acpi_ivrs_entry_begin(const struct acpi_ivrs_block *block, struct acpi_ivrs_entries *entries)
{
    *entries = (struct acpi_ivrs_entries){.bytes = block->entries, .length = block->entries_length};
}

// 0: cut off.
static uint32_t entry_size(const struct acpi_ivrs_entries *entries)
{
    uint32_t rest = entries->length - entries->next;
    const uint8_t *at = entries->bytes + entries->next;
    uint32_t size = UINT32_C(4) << (at[0] >> ENTRY_SIZE_SHIFT);

    if (at[0] == ACPI_IVRS_ACPI_NAME)
        size = rest < ACPI_ENTRY_SIZE ? ACPI_ENTRY_SIZE : ACPI_ENTRY_SIZE + (uint32_t)at[ACPI_ENTRY_SIZE - 1];
    return size <= rest ? size : 0;
}

bool acpi_ivrs_entry_next(struct acpi_ivrs_entries *entries, struct acpi_ivrs_entry *entry)
{
    struct wire_entry wire = {0};

    if (entries->fault || entries->next == entries->length)
        return false;
    uint32_t size = entry_size(entries);
    if (size == 0) {
        entries->fault = "device entry runs past its block, at its byte";
        return false;
    }
    const uint8_t *at = entries->bytes + entries->next;
    memcpy(&wire, at, size < sizeof(wire) ? size : sizeof(wire));
    entries->next += size;
    *entry = (struct acpi_ivrs_entry){.type = wire.type, .device_id = wire.device_id, .settings = wire.settings};
    if (wire.type == ACPI_IVRS_ALIAS_SELECT || wire.type == ACPI_IVRS_ALIAS_RANGE_START) {
        entry->source = wire.source;
    } else if (wire.type == ACPI_IVRS_EXTENDED_SELECT || wire.type == ACPI_IVRS_EXTENDED_RANGE_START) {
        memcpy(&entry->extended, at + 4, sizeof(entry->extended));
    } else if (wire.type == ACPI_IVRS_SPECIAL) {
        entry->source = wire.source;
        entry->handle = wire.handle;
        entry->variety = wire.variety;
    } else if (wire.type == ACPI_IVRS_ACPI_NAME) {
        entry->name = (const char *)at + ACPI_ENTRY_NAME;
        entry->uid_length = at[ACPI_ENTRY_SIZE - 1];
    }
    return true;
}
