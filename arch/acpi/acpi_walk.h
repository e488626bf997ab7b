// One bounded walk for all untrusted lists of {type, length} records in ACPI tables: MADT, SRAT, DMAR and their likes.
#ifndef ARCH_ACPI_ACPI_WALK_H
#define ARCH_ACPI_ACPI_WALK_H

#include "arch/acpi/acpi_findings.h"

// How wide type and length are in the record's header.
enum acpi_walk_width { ACPI_WALK_8BIT, ACPI_WALK_16BIT };

struct acpi_walk {
    const uint8_t *bytes;
    uint32_t length;
    uint32_t next; // offset of the record the next call looks at
    enum acpi_walk_width width;
    const char *fault; // why the walk stopped early, else NULL; `next` is the offset it stopped at
};

// One record, header included. `bytes` has `length` readable bytes of any alignment: copy, do not cast.
struct acpi_record {
    uint32_t type;
    uint32_t length;
    uint32_t offset; // within the walked bytes
    const uint8_t *bytes;
};

// Walks bytes[first..length). A `first` beyond the end is an empty list with a fault.
void acpi_walk_begin(struct acpi_walk *walk, const void *bytes, uint32_t length, uint32_t first,
                     enum acpi_walk_width width);

// The next record, or false at the end. A record is answered only when its header fits, its length covers the header
// and it ends within the bytes; otherwise the walk ends there for good and `fault` says why. Each call moves on by at
// least a header, so a walk over n bytes ends after at most n / 2 calls.
bool acpi_walk_next(struct acpi_walk *walk, struct acpi_record *record);

// Keeps the fault of an ended walk, if it has one, as a finding of `table`.
void acpi_walk_report(const struct acpi_walk *walk, struct acpi_findings *findings, const char *table);

// Copies the first `size` bytes of a record. False, and nothing copied, when the record is shorter.
bool acpi_record_copy(const struct acpi_record *record, void *to, size_t size) MUST_USE;

#endif
