// The remapping units of a machine, from either maker's table.

#include "arch/acpi/acpi_remap.h"
#include "arch/acpi/acpi_walk.h"

enum {
    RECORDS_OFFSET = 48, // in both tables

    DMAR_OFFSET_FLAGS = 37,
    DMAR_DRHD = 0,

    IVRS_TYPE_MASK = 0xff, // the byte above it holds flags
    IVRS_IVHD_FIRST = 0x10,
    IVRS_IVHD_SECOND = 0x11,
    IVRS_IVHD_ACPI = 0x40,
};

struct wire_drhd {
    uint16_t type;
    uint16_t length;
    uint8_t flags;
    uint8_t size;
    uint16_t segment;
    uint64_t base;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_drhd) == 16, "wire size");

struct wire_ivhd {
    uint8_t type;
    uint8_t flags;
    uint16_t length;
    uint16_t device_id;
    uint16_t capability;
    uint64_t base;
    uint16_t segment;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_ivhd) == 18, "wire size");

// What both makers' readers fill.
struct unit_list {
    const char *table;
    struct acpi_findings *findings;
    struct acpi_remap_unit *units;
    uint32_t capacity;
    uint32_t count;
};

// The same unit may be named by blocks of several types.
static void unit_add(struct unit_list *list, uint64_t base, uint16_t segment, uint32_t offset)
{
    const char *fault = base == 0 ? "register base is 0 in the record at offset" : NULL;

    for (uint32_t i = 0; i < list->count; i++)
        if (list->units[i].base.address == base)
            return;
    if (!fault && list->count == list->capacity)
        fault = "more units than there is room for, left out at offset";
    if (fault)
        acpi_findings_add(list->findings, list->table, fault, offset);
    else
        list->units[list->count++] = (struct acpi_remap_unit){{base}, segment};
}

static void drhd_add(struct unit_list *list, const struct acpi_record *record)
{
    struct wire_drhd drhd;

    if (record->type != DMAR_DRHD)
        return;
    if (acpi_record_copy(record, &drhd, sizeof(drhd)))
        unit_add(list, drhd.base, drhd.segment, record->offset);
    else
        acpi_findings_add(list->findings, list->table, "unit record is cut off at offset", record->offset);
}

static void ivhd_add(struct unit_list *list, const struct acpi_record *record)
{
    struct wire_ivhd ivhd;
    uint32_t type = record->type & IVRS_TYPE_MASK;

    if (type != IVRS_IVHD_FIRST && type != IVRS_IVHD_SECOND && type != IVRS_IVHD_ACPI)
        return;
    if (acpi_record_copy(record, &ivhd, sizeof(ivhd)))
        unit_add(list, ivhd.base, ivhd.segment, record->offset);
    else
        acpi_findings_add(list->findings, list->table, "unit record is cut off at offset", record->offset);
}

static uint32_t units_read(const struct acpi_table *table, struct unit_list list,
                           void (*add)(struct unit_list *list, const struct acpi_record *record))
{
    struct acpi_walk walk;
    struct acpi_record record;

    acpi_walk_begin(&walk, table->bytes, table->length, RECORDS_OFFSET, ACPI_WALK_16BIT);
    while (acpi_walk_next(&walk, &record))
        add(&list, &record);
    acpi_walk_report(&walk, list.findings, list.table);
    return list.count;
}

uint32_t acpi_dmar_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_remap_unit *units,
                        uint32_t capacity)
{
    return units_read(table, (struct unit_list){table->signature, findings, units, capacity, 0}, drhd_add);
}

uint32_t acpi_ivrs_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_remap_unit *units,
                        uint32_t capacity)
{
    return units_read(table, (struct unit_list){table->signature, findings, units, capacity, 0}, ivhd_add);
}

uint32_t acpi_dmar_flags(const struct acpi_table *table)
{
    return acpi_table_read8(table, DMAR_OFFSET_FLAGS);
}
