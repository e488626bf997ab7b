// The remapping units of a machine, from either maker's table.

#include "arch/acpi/acpi_remap.h"
#include "arch/acpi/acpi_dmar.h"
#include "arch/acpi/acpi_ivrs.h"

enum { DMAR_OFFSET_FLAGS = 37 };

// What both makers' readers fill.
struct unit_list {
    const char *table;
    struct acpi_findings *findings;
    struct acpi_remap_unit *units;
    uint32_t capacity;
    uint32_t count;
};

static void unit_add(struct unit_list *list, struct acpi_remap_unit unit, uint32_t offset)
{
    const char *fault = unit.base.address == 0 ? "register base is 0 in the record at offset" : NULL;

    for (uint32_t i = 0; i < list->count; i++)
        if (list->units[i].base.address == unit.base.address)
            return;
    if (!fault && list->count == list->capacity)
        fault = "more units than there is room for, left out at offset";
    if (fault)
        acpi_findings_add(list->findings, list->table, fault, offset);
    else
        list->units[list->count++] = unit;
}

uint32_t acpi_dmar_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_remap_unit *units,
                        uint32_t capacity)
{
    struct unit_list list = {"DMAR", findings, units, capacity, 0};
    struct acpi_dmar dmar;
    struct acpi_dmar_record record;

    acpi_dmar_begin(&dmar, table, findings);
    while (acpi_dmar_next(&dmar, &record))
        if (record.type == ACPI_DMAR_DRHD)
            unit_add(&list, (struct acpi_remap_unit){record.base, record.segment}, record.offset);
    return list.count;
}

uint32_t acpi_ivrs_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_remap_unit *units,
                        uint32_t capacity)
{
    struct unit_list list = {"IVRS", findings, units, capacity, 0};
    struct acpi_ivrs ivrs;
    struct acpi_ivrs_block block;

    acpi_ivrs_begin(&ivrs, table, findings);
    while (acpi_ivrs_next(&ivrs, &block))
        if (acpi_ivrs_is_best(table, &block))
            unit_add(&list, (struct acpi_remap_unit){block.base, block.segment}, block.offset);
    return list.count;
}

uint32_t acpi_dmar_flags(const struct acpi_table *table)
{
    return acpi_table_read8(table, DMAR_OFFSET_FLAGS);
}
