// The DMAR: Intel's remapping units, and what each of them is responsible for.

#include "arch/acpi/acpi_dmar.h"

enum {
    RECORDS_OFFSET = 48,
    SCOPE_PATH = 6, // bytes of a scope before its path
    HOP_SIZE = 2,
    NAME_OFFSET = 8,
    SIZE_SHIFT = 12,           // the register set is 4 KiB << n
    SIZE_EXPONENT_MASK = 0x0f, // the rest of the byte is reserved
};

struct wire_unit {
    uint16_t type;
    uint16_t length;
    uint8_t flags;
    uint8_t size;
    uint16_t segment;
    uint64_t base;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_unit) == 16, "wire size");

struct wire_memory {
    uint16_t type;
    uint16_t length;
    uint16_t reserved;
    uint16_t segment;
    uint64_t base;
    uint64_t limit;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_memory) == 24, "wire size");

// ATSR, SATC and SIDP.
struct wire_functions {
    uint16_t type;
    uint16_t length;
    uint8_t flags;
    uint8_t reserved;
    uint16_t segment;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_functions) == 8, "wire size");

struct wire_affinity {
    uint16_t type;
    uint16_t length;
    uint32_t reserved;
    uint64_t base;
    uint32_t domain;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_affinity) == 20, "wire size");

struct wire_name {
    uint16_t type;
    uint16_t length;
    uint8_t reserved[3];
    uint8_t device_number;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_name) == NAME_OFFSET, "wire size");

struct wire_scope {
    uint8_t type;
    uint8_t length;
    uint8_t flags;
    uint8_t reserved;
    uint8_t enumeration_id;
    uint8_t start_bus;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_scope) == SCOPE_PATH, "wire size");

static void scopes_set(struct acpi_dmar_record *record, const struct acpi_record *raw, uint32_t first)
{
    record->scopes = raw->bytes + first;
    record->scopes_length = raw->length - first;
}

static bool unit_read(const struct acpi_record *raw, struct acpi_dmar_record *record)
{
    struct wire_unit wire;

    if (!acpi_record_copy(raw, &wire, sizeof(wire)))
        return false;
    record->flags = wire.flags;
    record->segment = wire.segment;
    record->base.address = wire.base;
    record->size = UINT64_C(1) << (SIZE_SHIFT + (wire.size & SIZE_EXPONENT_MASK));
    scopes_set(record, raw, sizeof(wire));
    return true;
}

static bool memory_read(const struct acpi_record *raw, struct acpi_dmar_record *record)
{
    struct wire_memory wire;

    if (!acpi_record_copy(raw, &wire, sizeof(wire)))
        return false;
    record->segment = wire.segment;
    record->base.address = wire.base;
    record->limit.address = wire.limit;
    scopes_set(record, raw, sizeof(wire));
    return true;
}

static bool functions_read(const struct acpi_record *raw, struct acpi_dmar_record *record)
{
    struct wire_functions wire;

    if (!acpi_record_copy(raw, &wire, sizeof(wire)))
        return false;
    record->flags = wire.flags;
    record->segment = wire.segment;
    scopes_set(record, raw, sizeof(wire));
    return true;
}

static bool affinity_read(const struct acpi_record *raw, struct acpi_dmar_record *record)
{
    struct wire_affinity wire;

    if (!acpi_record_copy(raw, &wire, sizeof(wire)))
        return false;
    record->base.address = wire.base;
    record->domain = wire.domain;
    return true;
}

static bool name_read(const struct acpi_record *raw, struct acpi_dmar_record *record)
{
    struct wire_name wire;

    if (!acpi_record_copy(raw, &wire, sizeof(wire)))
        return false;
    record->device_number = wire.device_number;
    record->name = (const char *)raw->bytes + NAME_OFFSET;
    while (NAME_OFFSET + record->name_length < raw->length && record->name[record->name_length])
        record->name_length++;
    return true;
}

static bool (*const record_readers[ACPI_DMAR_TYPE_COUNT])(const struct acpi_record *raw,
                                                          struct acpi_dmar_record *record) = {
    [ACPI_DMAR_DRHD] = unit_read,      [ACPI_DMAR_RMRR] = memory_read, [ACPI_DMAR_ATSR] = functions_read,
    [ACPI_DMAR_RHSA] = affinity_read,  [ACPI_DMAR_ANDD] = name_read,   [ACPI_DMAR_SATC] = functions_read,
    [ACPI_DMAR_SIDP] = functions_read,
};

void acpi_dmar_begin(struct acpi_dmar *dmar, const struct acpi_table *table, struct acpi_findings *findings)
{
    *dmar = (struct acpi_dmar){.findings = findings};
    acpi_walk_begin(&dmar->walk, table->bytes, table->length, RECORDS_OFFSET, ACPI_WALK_16BIT);
}

bool acpi_dmar_next(struct acpi_dmar *dmar, struct acpi_dmar_record *record)
{
    struct acpi_record raw;

    while (acpi_walk_next(&dmar->walk, &raw)) {
        *record = (struct acpi_dmar_record){.type = (enum acpi_dmar_type)raw.type, .offset = raw.offset};
        if (raw.type >= ACPI_DMAR_TYPE_COUNT)
            acpi_findings_add(dmar->findings, "DMAR", "record of an unknown type, passed over at offset", raw.offset);
        else if (record_readers[raw.type](&raw, record))
            return true;
        else
            acpi_findings_add(dmar->findings, "DMAR", "record is too short for its type at offset", raw.offset);
    }
    if (!dmar->reported)
        acpi_walk_report(&dmar->walk, dmar->findings, "DMAR");
    dmar->reported = true;
    return false;
}

void acpi_dmar_scope_begin(const struct acpi_dmar_record *record, struct acpi_walk *walk)
{
    acpi_walk_begin(walk, record->scopes, record->scopes_length, 0, ACPI_WALK_8BIT);
}

bool acpi_dmar_scope_next(struct acpi_walk *walk, struct acpi_findings *findings, struct acpi_dmar_scope *scope)
{
    struct acpi_record raw;
    struct wire_scope wire;

    while (acpi_walk_next(walk, &raw)) {
        if (!acpi_record_copy(&raw, &wire, sizeof(wire)) || raw.length < SCOPE_PATH + HOP_SIZE || raw.length % 2) {
            acpi_findings_add(findings, "DMAR", "scope without a whole path, passed over: type", raw.type);
            continue;
        }
        *scope = (struct acpi_dmar_scope){
            .type = wire.type,
            .flags = wire.flags,
            .enumeration_id = wire.enumeration_id,
            .start_bus = wire.start_bus,
            .path = raw.bytes + SCOPE_PATH,
            .path_length = (raw.length - SCOPE_PATH) / HOP_SIZE,
        };
        return true;
    }
    if (walk->fault)
        acpi_findings_add(findings, "DMAR", "scopes of a record end early, at its byte", walk->next);
    return false;
}
