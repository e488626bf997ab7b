// Any bytes as an IVRS' body: every block and entry is read, and every function asked for has one unit or a reason.
// sources: arch/acpi/acpi_ivrs.c arch/acpi/acpi_ivrs_match.c arch/acpi/acpi_table.c arch/acpi/acpi_walk.c
// sources: arch/acpi/acpi_findings.c

#include "arch/acpi/acpi_ivrs.h"
#include "tests/fuzz/table_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void block_check(const struct acpi_ivrs_block *block)
{
    struct acpi_ivrs_entries entries;
    struct acpi_ivrs_entry entry;
    uint32_t sum = 0;

    acpi_ivrs_entry_begin(block, &entries);
    while (acpi_ivrs_entry_next(&entries, &entry))
        for (uint32_t i = 0; entry.name && i < 18u + entry.uid_length; i++)
            sum += (uint8_t)entry.name[i];
    require(sum < UINT32_MAX && (entries.fault || entries.next == entries.length));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct acpi_remap_address bridge = {0, 0x14, 4};
    struct acpi_remap_function functions[] = {{0, {0, 2, 0}, NULL, 0},
                                              {0, {5, 0, 1}, &bridge, 1},
                                              {1, {0, 0, 0}, NULL, 0}};
    struct acpi_remap_ioapic ioapics[] = {{8, true, NULL}, {8, false, &functions[1]}, {8, true, &functions[2]}};
    struct acpi_findings findings = {0};
    struct acpi_table table = table_body_begin("IVRS", data, size);
    struct acpi_ivrs ivrs;
    struct acpi_ivrs_block block;
    uint32_t best = 0;

    acpi_ivrs_begin(&ivrs, &table, &findings);
    while (acpi_ivrs_next(&ivrs, &block)) {
        block_check(&block);
        best += block.base.address && acpi_ivrs_is_best(&table, &block);
    }
    for (size_t i = 0; i < ARRAY_COUNT(functions); i++) {
        struct acpi_remap_match match = acpi_ivrs_unit_of(&table, &functions[i]);
        require(match.fault || (best && match.unit.segment == functions[i].segment));
        match = acpi_ivrs_unit_of_ioapic(&table, &ioapics[i]);
        require(match.fault || best);
    }
    require(acpi_ivrs_unit_of_hpet(&table, 0).fault || best);
    table_body_end(&table);
    return 0;
}
