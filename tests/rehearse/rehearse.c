// The boot, as far as tables and configuration spaces decide it: the steps of kernel/main.c in their order.

#include "tests/rehearse/rehearse.h"
#include "arch/acpi/acpi_dbg2.h"
#include "arch/acpi/acpi_dmar.h"
#include "arch/acpi/acpi_ivrs.h"
#include "arch/firmware_claims.h"
#include "arch/firmware_tables.h"
#include "arch/topology.h"
#include "drivers/pci/pci_config.h"
#include "drivers/pci/pci_scan.h"
#include "kernel/core/core.h"
#include "kernel/inventory/driver_bind.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/vectors.h"
#include "tests/rehearse/machine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARNING_LIMIT = 4096, UNIT_LIMIT = 256 };

static struct rehearse_facts facts;
static char *warnings[WARNING_LIMIT];

// Keeps the log's lines, without their time: "[   0.000001] warning: text".
static void warning_keep(struct output *self, const char *bytes, size_t length)
{
    const char *end = memchr(bytes, ']', length);
    size_t skip = end ? (size_t)(end - bytes) + 2 : 0;

    if (length && bytes[length - 1] == '\n')
        length--;
    if (facts.warning_count < WARNING_LIMIT && skip < length)
        warnings[facts.warning_count++] = strndup(bytes + skip, length - skip);
}

static struct output warning_output = {.write = warning_keep};

const char *rehearse_warning(uint32_t index)
{
    return index < facts.warning_count ? warnings[index] : NULL;
}

const struct rehearse_facts *rehearse_facts(void)
{
    return &facts;
}

// The dump has no registers: a processor that can do x2APIC mode and was left in xAPIC mode is assumed.
static void mode_choose(void)
{
    const struct acpi_table *dmar = acpi_table_find(&firmware_tables()->directory, "DMAR", 0);
    struct apic_mode_facts asked = {
        .has_x2apic = true,
        .dmar_flags = dmar ? acpi_dmar_flags(dmar) : 0,
        .highest_id = topology_highest_id(),
    };

    facts.can_reach_all = apic_mode_choose(&asked, &facts.mode) == RESULT_OK;
}

static void findings_log(const struct acpi_findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++)
        log_warning("ACPI table %s: %s 0x%llx", findings->items[i].table, findings->items[i].what,
                    (unsigned long long)findings->items[i].value);
}

static void dmar_check(const struct acpi_table *table, struct acpi_findings *findings)
{
    struct acpi_remap_unit units[UNIT_LIMIT];
    struct acpi_dmar dmar;
    struct acpi_dmar_record record;
    struct acpi_dmar_scope scope;
    struct acpi_walk walk;

    acpi_dmar_read(table, findings, units, UNIT_LIMIT);
    acpi_dmar_begin(&dmar, table, NULL);
    while (acpi_dmar_next(&dmar, &record)) {
        acpi_dmar_scope_begin(&record, &walk);
        while (acpi_dmar_scope_next(&walk, findings, &scope))
            continue;
    }
}

static void ivrs_check(const struct acpi_table *table, struct acpi_findings *findings)
{
    struct acpi_remap_unit units[UNIT_LIMIT];
    struct acpi_ivrs ivrs;
    struct acpi_ivrs_block block;
    struct acpi_ivrs_entries entries;
    struct acpi_ivrs_entry entry;

    acpi_ivrs_read(table, findings, units, UNIT_LIMIT);
    acpi_ivrs_begin(&ivrs, table, NULL);
    while (acpi_ivrs_next(&ivrs, &block)) {
        acpi_ivrs_entry_begin(&block, &entries);
        while (acpi_ivrs_entry_next(&entries, &entry))
            continue;
        if (entries.fault)
            acpi_findings_add(findings, "IVRS", entries.fault, entries.next);
    }
}

static void dbg2_check(const struct acpi_table *table, struct acpi_findings *findings)
{
    struct acpi_dbg2 dbg2;
    struct acpi_dbg2_port port;

    acpi_dbg2_begin(&dbg2, table, findings);
    while (acpi_dbg2_next(&dbg2, &port))
        continue;
}

// The tables that the boot reads later or not at all: all of them, for what is wrong in them.
static void tables_check(void)
{
    static const struct {
        const char *signature;
        void (*check)(const struct acpi_table *table, struct acpi_findings *findings);
    } readers[] = {{"DMAR", dmar_check}, {"IVRS", ivrs_check}, {"DBG2", dbg2_check}};

    for (uint32_t i = 0; i < ARRAY_COUNT(readers); i++) {
        const struct acpi_table *table = acpi_table_find(&firmware_tables()->directory, readers[i].signature, 0);
        struct acpi_findings findings = {0};
        if (table)
            readers[i].check(table, &findings);
        findings_log(&findings);
    }
}

static bool processors_create(void)
{
    struct core_setup setup = {
        .vectors = {.dispatch = VECTOR_DISPATCH, .drain = VECTOR_DRAIN, .wake = VECTOR_IPI_WAKE},
    };

    if (topology_create(0, setup) != RESULT_OK)
        return false;
    for (uint32_t i = 0; i < cpu_total(); i++) {
        cpu_get(i)->apic_mode = facts.mode.x2apic ? "x2apic" : "xapic";
        cpu_get(i)->apic_mode_reason = facts.mode.reason;
        if (core_cpu_join(i) != RESULT_OK)
            return false;
    }
    return true;
}

static void functions_find(struct dump *dump)
{
    const struct firmware_tables *tables = firmware_tables();

    // The dump has no memory map: BARs are held against the chipset's registers and each other.
    (void)!firmware_claims_add_registers(tables);
    machine_config_build(dump, dump->table_count != 0);
    for (uint32_t i = 0; i < tables->mcfg_count; i++) {
        const struct acpi_mcfg_entry *entry = &tables->mcfg[i];
        uint32_t buses = firmware_claims_ecam_buses(entry);
        if (buses)
            (void)!pci_config_add_ecam(entry->base, entry->segment, entry->start_bus,
                                       (uint8_t)(entry->start_bus + buses - 1));
    }
    (void)!pci_scan_all();
    machine_note_missing(dump);
}

struct acpi_remap_function rehearse_function(const struct device *device, struct acpi_remap_address *bridges)
{
    const struct pci_address *at = &device->address;
    struct acpi_remap_function function = {at->segment, {at->bus, at->device, at->function}, bridges, 0};

    for (const struct device *above = device_parent(device); above && function.bridge_count < REHEARSE_DEPTH;
         above = device_parent(above))
        bridges[function.bridge_count++] =
            (struct acpi_remap_address){above->address.bus, above->address.device, above->address.function};
    return function;
}

bool rehearse_boot(struct dump *dump)
{
    log_show(&warning_output, LOG_WARNING);
    machine_memory_build(dump);
    if (firmware_tables_read(machine_rsdp()) != RESULT_OK) {
        fprintf(stderr, "rehearse: the tables cannot be read\n");
        return false;
    }
    tables_check();
    mode_choose();
    if (!processors_create()) {
        fprintf(stderr, "rehearse: no memory for the processors\n");
        return false;
    }
    functions_find(dump);
    // No driver: its device is not here. Every function that can signal gets what one without driver gets.
    driver_bind_unclaimed();
    return true;
}

void rehearse_release(void)
{
    while (facts.warning_count)
        free(warnings[--facts.warning_count]);
    rehearse_host_release();
    machine_release();
}
