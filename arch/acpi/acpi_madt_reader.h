// Between the files that read the MADT: one reading, and the readers of its records. Private to arch/acpi/acpi_madt*.c.
#ifndef ARCH_ACPI_ACPI_MADT_READER_H
#define ARCH_ACPI_ACPI_MADT_READER_H

#include "arch/acpi/acpi_madt.h"
#include "arch/acpi/acpi_madt_wire.h"
#include "arch/acpi/acpi_walk.h"

// APIC IDs met so far: open addressing, at most half full, so that a table of n processors costs about n steps, not
// n * n. A slot holds the processor's index + 1; 0 is empty.
struct acpi_madt_seen {
    uint32_t *slots;
    uint32_t bits; // there are 1 << bits slots
};

struct acpi_madt_reader {
    const struct acpi_table *table;
    struct acpi_findings *findings;
    struct acpi_madt *madt; // its arrays have room for every record of the table
    struct acpi_madt_seen seen;
    uint64_t passed[4]; // by type: such records were passed over
};

void acpi_madt_report(const struct acpi_madt_reader *reader, const char *what, uint64_t value);

// Copies a record to its wire structure. False, and a finding, when it is too short for that.
bool acpi_madt_copy(const struct acpi_madt_reader *reader, const struct acpi_record *record, void *wire, size_t size);

// Types 0 and 9.
void acpi_madt_read_local_apic(struct acpi_madt_reader *reader, const struct acpi_record *record);
void acpi_madt_read_local_x2apic(struct acpi_madt_reader *reader, const struct acpi_record *record);

// Types 2, 3, 4 and 0xA.
void acpi_madt_read_override(struct acpi_madt_reader *reader, const struct acpi_record *record);
void acpi_madt_read_nmi_source(struct acpi_madt_reader *reader, const struct acpi_record *record);
void acpi_madt_read_local_nmi(struct acpi_madt_reader *reader, const struct acpi_record *record);
void acpi_madt_read_local_x2apic_nmi(struct acpi_madt_reader *reader, const struct acpi_record *record);

#endif
