// The MCFG: where the memory-mapped configuration space of each PCI segment lies (PCI Firmware
// Specification 3.3, 4.1.2).
#ifndef ARCH_ACPI_ACPI_MCFG_H
#define ARCH_ACPI_ACPI_MCFG_H

#include "arch/acpi/acpi.h"

// `base` belongs to bus 0 of the segment, whatever start_bus is: bus b lies at base + (b << 20).
struct acpi_mcfg_entry {
    struct physical base;
    uint16_t segment;
    uint8_t start_bus;
    uint8_t end_bus; // inclusive
};

// How many entries the table has room for: the capacity that acpi_mcfg_read() can use up at most.
uint32_t acpi_mcfg_entry_room(const struct acpi_table *table);

// Fills `entries` with the usable ones and answers how many those are. Left out with a finding: base 0, not on a 1 MiB
// boundary or wrapping around, end before start, buses an earlier entry of the segment has, more than `capacity`.
// Padding at the end (zeros, or less than an entry) is tolerated and a finding too.
uint32_t acpi_mcfg_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_mcfg_entry *entries,
                        uint32_t capacity);

#endif
