// The decoded firmware tables, read once at boot.
#ifndef ARCH_FIRMWARE_TABLES_H
#define ARCH_FIRMWARE_TABLES_H

#include "arch/acpi/acpi.h"
#include "arch/acpi/acpi_fadt.h"
#include "arch/acpi/acpi_madt.h"
#include "arch/acpi/acpi_mcfg.h"
#include "arch/acpi/acpi_spcr.h"
#include "arch/acpi/acpi_srat.h"

struct firmware_tables {
    struct acpi_directory directory;
    struct acpi_madt madt; // has_madt
    struct acpi_fadt fadt; // has_fadt
    struct acpi_spcr spcr; // has_spcr
    struct acpi_mcfg_entry *mcfg;
    uint32_t mcfg_count;
    struct acpi_srat_affinity *affinities;
    uint32_t affinity_count;
    bool has_madt;
    bool has_fadt;
    bool has_spcr;
};

// Reads all tables from `rsdp`; faults become warnings and firmware findings and do not stop the reading. After
// paging_initialise(). RESULT_NO_MEMORY only.
MUST_USE enum result firmware_tables_read(struct physical rsdp);

// Firmware that says so knows of a chipset or a board that loses messages (ACPI 6.5, table 5.10).
bool firmware_tables_forbid_messages(void);

// All "absent" before the read.
const struct firmware_tables *firmware_tables(void);

#endif
