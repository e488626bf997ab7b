// Reading the tables and reporting their faults.

#include "arch/firmware_tables.h"
#include "arch/paging/paging.h"
#include "kernel/inventory/firmware.h"
#include "kernel/inventory/firmware_table.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

static struct firmware_tables tables;

static const void *map(void *context, struct physical base, uint64_t size)
{
    const void *pointer;

    return paging_map_firmware(base, size, &pointer) == RESULT_OK ? pointer : NULL;
}

static enum result mcfg_read(const struct acpi_table *table)
{
    uint32_t room = acpi_mcfg_entry_room(table);

    if (room == 0)
        return RESULT_OK;
    tables.mcfg = heap_allocate(room * sizeof(tables.mcfg[0]));
    if (!tables.mcfg)
        return RESULT_NO_MEMORY;
    tables.mcfg_count = acpi_mcfg_read(table, &tables.directory.findings, tables.mcfg, room);
    return RESULT_OK;
}

// Two passes: the first counts and adds findings, the second fills.
static enum result srat_read(const struct acpi_table *table)
{
    struct acpi_srat srat;
    struct acpi_srat_affinity affinity;
    uint32_t count = 0;

    acpi_srat_begin(&srat, table, &tables.directory.findings);
    while (acpi_srat_next(&srat, &affinity))
        count++;
    if (count == 0)
        return RESULT_OK;
    tables.affinities = heap_allocate(count * sizeof(affinity));
    if (!tables.affinities)
        return RESULT_NO_MEMORY;
    acpi_srat_begin(&srat, table, NULL);
    while (acpi_srat_next(&srat, &affinity))
        tables.affinities[tables.affinity_count++] = affinity;
    return RESULT_OK;
}

static enum result tables_decode(void)
{
    struct acpi_findings *findings = &tables.directory.findings;
    const struct acpi_table *madt = acpi_table_find(&tables.directory, "APIC", 0);
    const struct acpi_table *fadt = acpi_table_find(&tables.directory, "FACP", 0);
    const struct acpi_table *spcr = acpi_table_find(&tables.directory, "SPCR", 0);
    const struct acpi_table *mcfg = acpi_table_find(&tables.directory, "MCFG", 0);
    const struct acpi_table *srat = acpi_table_find(&tables.directory, "SRAT", 0);

    tables.has_madt = madt && acpi_madt_read(madt, findings, &tables.madt) == RESULT_OK;
    tables.has_fadt = fadt && acpi_fadt_read(fadt, findings, &tables.fadt) == RESULT_OK;
    tables.has_spcr = spcr && acpi_spcr_read(spcr, findings, &tables.spcr) == RESULT_OK;
    enum result result = mcfg ? mcfg_read(mcfg) : RESULT_OK;
    return result == RESULT_OK && srat ? srat_read(srat) : result;
}

static void table_show(const struct acpi_table *table)
{
    struct firmware_table shown = {.revision = table->revision,
                                   .length = table->length,
                                   .address = table->address,
                                   .bytes = table->bytes,
                                   .fault = table->fault};

    memcpy(shown.signature, table->signature, sizeof(shown.signature));
    firmware_table_add(&shown);
}

// The DSDT stands in no root table; the FADT names it. It is not interpreted; its bytes are available.
static void tables_show(const struct acpi_memory *memory)
{
    struct acpi_table dsdt;

    for (uint32_t i = 0; i < tables.directory.count; i++)
        table_show(&tables.directory.tables[i]);
    if (!tables.has_fadt || !tables.fadt.dsdt.address)
        return;
    // With a fault the table is listed as bad and the fault is a finding.
    (void)!acpi_table_read(memory, tables.fadt.dsdt, &tables.directory.findings, &dsdt);
    table_show(&dsdt);
}

static void findings_report(void)
{
    const struct acpi_findings *findings = &tables.directory.findings;

    for (uint32_t i = 0; i < findings->count; i++) {
        const struct acpi_finding *finding = &findings->items[i];
        log_warning("ACPI table %s: %s 0x%llx", finding->table, finding->what, (unsigned long long)finding->value);
        firmware_record("bad_table", finding->value, "table %s: %s", finding->table, finding->what);
    }
    if (findings->dropped)
        log_warning("ACPI tables: %u more findings", findings->dropped);
}

enum result firmware_tables_read(struct physical rsdp)
{
    struct acpi_memory memory = {map, NULL};
    enum result result = acpi_directory_read(&memory, rsdp, &tables.directory);

    if (result == RESULT_OK) {
        log_info("ACPI: %u tables, listed by the %s", tables.directory.count,
                 tables.directory.from_xsdt ? "XSDT" : "RSDT");
        result = tables_decode();
    } else if (!rsdp.address) {
        log_warning("ACPI: the firmware handed over no RSDP, so there are no tables");
    } else {
        log_warning("ACPI: no table can be used: %s", result_name(result));
    }
    tables_show(&memory);
    findings_report();
    return result == RESULT_NO_MEMORY ? result : RESULT_OK;
}

bool firmware_tables_forbid_messages(void)
{
    return tables.has_fadt && tables.fadt.no_msi;
}

const struct firmware_tables *firmware_tables(void)
{
    return &tables;
}
