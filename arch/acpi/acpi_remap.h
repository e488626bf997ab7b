// The remapping units of a machine: Intel's DMAR (VT-d specification, 8.1 to 8.3) and AMD's IVRS (48882, 5.2).
// What both have; acpi_dmar.h and acpi_ivrs.h read the tables.
#ifndef ARCH_ACPI_ACPI_REMAP_H
#define ARCH_ACPI_ACPI_REMAP_H

#include "arch/acpi/acpi.h"

struct acpi_remap_unit {
    struct physical base; // of its registers
    uint16_t segment;
};

// A function and the bridges above it, the nearest first: the key for finding its unit.
struct acpi_remap_address {
    uint8_t bus;
    uint8_t device;
    uint8_t function;
};

struct acpi_remap_function {
    uint16_t segment;
    struct acpi_remap_address address;
    const struct acpi_remap_address *bridges;
    uint32_t bridge_count;
};

// An IOAPIC whose unit is wanted. MADT and DMAR or IVRS may number IOAPICs differently: then the PCI function at the
// IOAPIC's address decides, else there must be one IOAPIC in both.
struct acpi_remap_ioapic {
    uint8_t id;                           // as the MADT says
    bool is_only;                         // the MADT lists no other
    const struct acpi_remap_function *at; // NULL: no such function
};

// The responsible unit, or why there is none.
struct acpi_remap_match {
    const char *fault; // NULL: the unit below is valid
    struct acpi_remap_unit unit;
    uint16_t source; // what requests carry: bus << 8 | device << 3 | function
};

static inline uint16_t acpi_remap_source(struct acpi_remap_address address)
{
    return (uint16_t)(address.bus << 8 | address.device << 3 | address.function);
}

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
