// The remapping units of a machine: Intel's DMAR (VT-d specification, 8.1 to 8.3) and AMD's IVRS (48882, 5.2).
#ifndef ARCH_ACPI_ACPI_REMAP_H
#define ARCH_ACPI_ACPI_REMAP_H

#include "arch/acpi/acpi.h"

struct acpi_remap_unit {
    struct physical base; // of its registers
    uint16_t segment;
};

// Fills `units` with what the table names, each register base once, and answers how many those are. Left out with a
// finding: base 0, records cut off, more than `capacity`.
uint32_t acpi_dmar_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_remap_unit *units,
                        uint32_t capacity);
uint32_t acpi_ivrs_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_remap_unit *units,
                        uint32_t capacity);

// The DMAR's flags: the platform supports interrupt remapping; and if it does, asks not to enable x2APIC mode.
#define ACPI_DMAR_INTERRUPTS     BIT(0)
#define ACPI_DMAR_X2APIC_OPT_OUT BIT(1)
uint32_t acpi_dmar_flags(const struct acpi_table *table);

#endif
