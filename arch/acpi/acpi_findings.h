// What was found wrong in the firmware's tables: a list of fixed size; findings beyond it are counted.
#ifndef ARCH_ACPI_ACPI_FINDINGS_H
#define ARCH_ACPI_ACPI_FINDINGS_H

#include "kernel/lib/types.h"

enum { ACPI_FINDING_COUNT = 64, ACPI_SIGNATURE_LENGTH = 4 };

struct acpi_finding {
    char
        table[ACPI_SIGNATURE_LENGTH + 1]; // printable, terminated: "APIC", "RSDP", "?" for bytes no terminal should see
    const char *what;                     // reads on with the value: "record runs past the end at offset" 0x2c
    uint64_t value;                       // an offset, an ID, an address: as `what` says
};

struct acpi_findings {
    uint32_t count;
    uint32_t dropped; // found when the list was full
    struct acpi_finding items[ACPI_FINDING_COUNT];
};

// Copies a signature of four bytes as terminated text; what is not printable ASCII becomes '?'.
void acpi_findings_signature(char text[ACPI_SIGNATURE_LENGTH + 1], const void *signature);

// Adds a finding. `table` is four bytes, not necessarily terminated; `what` must live as long as the list does.
// `findings` may be NULL: then nothing is kept. The caller serialises.
void acpi_findings_add(struct acpi_findings *findings, const char *table, const char *what, uint64_t value);

#endif
