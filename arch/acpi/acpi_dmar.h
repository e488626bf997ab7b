// The DMAR: Intel's remapping units, and what each of them is responsible for (VT-d specification 5.0, 8.1 to 8.9).
// Pure: records and scopes are read one by one out of the table, nothing is allocated.
#ifndef ARCH_ACPI_ACPI_DMAR_H
#define ARCH_ACPI_ACPI_DMAR_H

#include "arch/acpi/acpi_remap.h"
#include "arch/acpi/acpi_walk.h"

enum acpi_dmar_type {
    ACPI_DMAR_DRHD = 0, // a remapping unit
    ACPI_DMAR_RMRR = 1, // memory that functions must reach at any time
    ACPI_DMAR_ATSR = 2, // root ports that pass address translation requests
    ACPI_DMAR_RHSA = 3, // the proximity domain of a unit
    ACPI_DMAR_ANDD = 4, // the ACPI name of a device that is no PCI function
    ACPI_DMAR_SATC = 5, // functions of the SoC with a translation cache
    ACPI_DMAR_SIDP = 6, // properties of functions of the SoC
    ACPI_DMAR_TYPE_COUNT
};

// One record. What its type does not have is zero.
struct acpi_dmar_record {
    enum acpi_dmar_type type;
    uint32_t offset;
    uint8_t flags;         // DRHD: ACPI_DMAR_INCLUDE_ALL; ATSR bit 0: all root ports
    uint16_t segment;      // DRHD, RMRR, ATSR, SATC, SIDP
    struct physical base;  // of a unit's registers (DRHD, RHSA), of the memory (RMRR)
    uint64_t size;         // DRHD: bytes of the register set
    struct physical limit; // RMRR: its last byte
    uint32_t domain;       // RHSA
    uint8_t device_number; // ANDD: the enumeration ID of an ACPI device scope
    const char *name;      // ANDD: not terminated
    uint32_t name_length;  // up to the first zero
    const uint8_t *scopes;
    uint32_t scopes_length; // bytes; 0 for a type without scopes
};

enum { ACPI_DMAR_INCLUDE_ALL = 1 << 0 }; // of a DRHD's flags: all functions of the segment that no other unit names

enum acpi_dmar_scope_type {
    ACPI_DMAR_SCOPE_ENDPOINT = 1,
    ACPI_DMAR_SCOPE_BRIDGE = 2, // it and everything below it
    ACPI_DMAR_SCOPE_IOAPIC = 3,
    ACPI_DMAR_SCOPE_HPET = 4,
    ACPI_DMAR_SCOPE_ACPI = 5,
};

// One scope. The path leads from the start bus over bridges to a function: pairs of device and function number.
struct acpi_dmar_scope {
    uint8_t type;
    uint8_t flags;          // SIDP only
    uint8_t enumeration_id; // an IOAPIC's ID, an HPET's or an ACPI device's number
    uint8_t start_bus;
    const uint8_t *path;
    uint32_t path_length; // pairs, at least 1
};

struct acpi_dmar {
    struct acpi_findings *findings;
    struct acpi_walk walk;
    bool reported;
};

// Starts reading. `findings` may be NULL. A table that ends before its records is a finding and an empty list.
void acpi_dmar_begin(struct acpi_dmar *dmar, const struct acpi_table *table, struct acpi_findings *findings);

// The next record, or false at the end. Left out with a finding: unknown types, records too short for their type.
// Each call moves on in the table, so there is an end.
bool acpi_dmar_next(struct acpi_dmar *dmar, struct acpi_dmar_record *record);

// Walks the scopes of a record: acpi_dmar_scope_begin(), then next until false. A scope whose length leaves no whole
// path is left out, with a finding unless `findings` is NULL.
void acpi_dmar_scope_begin(const struct acpi_dmar_record *record, struct acpi_walk *walk);
bool acpi_dmar_scope_next(struct acpi_walk *walk, struct acpi_findings *findings, struct acpi_dmar_scope *scope);

// Does the scope cover the function: name it, or a bridge above it?
bool acpi_dmar_scope_covers(const struct acpi_dmar_scope *scope, const struct acpi_remap_function *function);

// The unit responsible for a function: the unit whose scope names the function or the nearest bridge above it, else the
// segment's unit with ACPI_DMAR_INCLUDE_ALL.
struct acpi_remap_match acpi_dmar_unit_of(const struct acpi_table *table, const struct acpi_remap_function *function);

// The unit of an IOAPIC. The source is what its scope names.
struct acpi_remap_match acpi_dmar_unit_of_ioapic(const struct acpi_table *table,
                                                 const struct acpi_remap_ioapic *ioapic);

// The unit of an HPET, by its number.
struct acpi_remap_match acpi_dmar_unit_of_hpet(const struct acpi_table *table, uint8_t number);

#endif
