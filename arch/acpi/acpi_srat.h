// The SRAT: which proximity domain each processor belongs to (ACPI 6.5, 5.2.16). Memory affinity is passed over.
#ifndef ARCH_ACPI_ACPI_SRAT_H
#define ARCH_ACPI_ACPI_SRAT_H

#include "arch/acpi/acpi.h"
#include "arch/acpi/acpi_walk.h"

struct acpi_srat_affinity {
    struct apic_id apic_id;
    uint32_t domain;
};

struct acpi_srat {
    struct acpi_walk walk;
    bool wide_domains; // 32 bits in type 0 records: revision 2 on
    bool reported;     // the end of the walk is a finding at most once
    struct acpi_findings *findings;
};

// Starts on a table. A table too short for its fixed part is an empty list with a finding.
void acpi_srat_begin(struct acpi_srat *srat, const struct acpi_table *table, struct acpi_findings *findings);

// The next enabled processor record (types 0 and 2), or false at the end. Broken records are findings.
bool acpi_srat_next(struct acpi_srat *srat, struct acpi_srat_affinity *affinity);

#endif
