// Any bytes as a DMAR's body: every record and scope is read, and every function asked for has one unit or a reason.
// sources: arch/acpi/acpi_dmar.c arch/acpi/acpi_dmar_match.c arch/acpi/acpi_remap.c arch/acpi/acpi_ivrs.c
// sources: arch/acpi/acpi_table.c arch/acpi/acpi_walk.c arch/acpi/acpi_findings.c

#include "arch/acpi/acpi_dmar.h"
#include "tests/fuzz/table_body.h"

enum { UNITS = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Reads every byte that the record says is there, so that a sanitizer sees one that is not.
static void record_check(const struct acpi_dmar_record *record)
{
    struct acpi_walk walk;
    struct acpi_dmar_scope scope;
    uint32_t sum = 0;

    for (uint32_t i = 0; i < record->name_length; i++)
        sum += (uint8_t)record->name[i];
    acpi_dmar_scope_begin(record, &walk);
    while (acpi_dmar_scope_next(&walk, NULL, &scope)) {
        require(scope.path_length >= 1);
        for (uint32_t i = 0; i < 2 * scope.path_length; i++)
            sum += scope.path[i];
    }
    require(sum < UINT32_MAX);
}

static void match_check(const struct acpi_table *table, struct acpi_remap_match match)
{
    struct acpi_remap_unit units[UNITS];
    uint32_t count = acpi_dmar_read(table, NULL, units, UNITS);

    if (match.fault)
        return;
    for (uint32_t i = 0; i < count; i++)
        if (units[i].base.address == match.unit.base.address)
            return;
    require(count == UNITS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct acpi_remap_address bridges[] = {{2, 0, 0}, {0, 0x1c, 2}};
    struct acpi_remap_function functions[] = {{0, {0, 2, 0}, NULL, 0},
                                              {0, {3, 0, 1}, bridges, 2},
                                              {1, {0, 5, 4}, NULL, 0}};
    struct acpi_remap_ioapic ioapics[] = {{8, true, NULL}, {8, false, &functions[1]}, {8, true, &functions[2]}};
    struct acpi_findings findings = {0};
    struct acpi_table table = table_body_begin("DMAR", data, size);
    struct acpi_dmar dmar;
    struct acpi_dmar_record record;

    acpi_dmar_begin(&dmar, &table, &findings);
    while (acpi_dmar_next(&dmar, &record))
        record_check(&record);
    for (size_t i = 0; i < ARRAY_COUNT(functions); i++) {
        match_check(&table, acpi_dmar_unit_of(&table, &functions[i]));
        match_check(&table, acpi_dmar_unit_of_ioapic(&table, &ioapics[i]));
    }
    match_check(&table, acpi_dmar_unit_of_hpet(&table, 0));
    table_body_end(&table);
    return 0;
}
