// The IVRS: AMD's remapping units, and what each of them is responsible for (AMD I/O Virtualization Technology
// specification 48882, 5.2). Pure: blocks and entries are read one by one out of the table, nothing is allocated.
#ifndef ARCH_ACPI_ACPI_IVRS_H
#define ARCH_ACPI_ACPI_IVRS_H

#include "arch/acpi/acpi_remap.h"
#include "arch/acpi/acpi_walk.h"

enum acpi_ivrs_type {
    ACPI_IVRS_UNIT = 0x10,      // one unit may have up to three blocks, for software of different age:
    ACPI_IVRS_UNIT_EFR = 0x11,  // 40h holds more than 11h, 11h more than 10h
    ACPI_IVRS_UNIT_ACPI = 0x40, // with devices by ACPI name
    ACPI_IVRS_MEMORY_ALL = 0x20,
    ACPI_IVRS_MEMORY_ONE = 0x21,
    ACPI_IVRS_MEMORY_RANGE = 0x22,
};

// One block. What its type does not have is zero.
struct acpi_ivrs_block {
    uint8_t type; // enum acpi_ivrs_type
    uint32_t offset;
    uint8_t flags;
    uint16_t device_id;   // of the unit itself; of the first function the memory is for
    uint16_t last_id;     // memory: of the last function, as its type says
    uint16_t capability;  // unit: offset of its capability
    uint16_t segment;     // unit
    struct physical base; // of a unit's registers, of the memory
    uint64_t size;        // bytes of memory
    uint32_t features;    // 10h: feature reporting; 11h, 40h: attributes
    uint64_t extended_features;
    const uint8_t *entries;
    uint32_t entries_length; // bytes; 0 for memory
};

enum acpi_ivrs_entry_type {
    ACPI_IVRS_PADDING = 0,
    ACPI_IVRS_ALL = 1,
    ACPI_IVRS_SELECT = 2,
    ACPI_IVRS_RANGE_START = 3,
    ACPI_IVRS_RANGE_END = 4,
    ACPI_IVRS_ALIAS_SELECT = 0x42,
    ACPI_IVRS_ALIAS_RANGE_START = 0x43,
    ACPI_IVRS_EXTENDED_SELECT = 0x46,
    ACPI_IVRS_EXTENDED_RANGE_START = 0x47,
    ACPI_IVRS_SPECIAL = 0x48,
    ACPI_IVRS_ACPI_NAME = 0xf0,
};

enum { ACPI_IVRS_IOAPIC = 1, ACPI_IVRS_HPET = 2 }; // varieties of special devices

// One device entry. What its type does not have is zero.
struct acpi_ivrs_entry {
    uint8_t type;
    uint16_t device_id;
    uint8_t settings;   // which system interrupts pass
    uint16_t source;    // alias: the ID its requests carry; special: the ID of the device
    uint32_t extended;  // settings of extended entries
    uint8_t handle;     // special: the IOAPIC's ID, the HPET's number
    uint8_t variety;    // special
    const char *name;   // ACPI name: eight characters of hardware ID
    uint8_t uid_length; // ACPI name
};

struct acpi_ivrs {
    struct acpi_findings *findings;
    struct acpi_walk walk;
    bool reported;
};

struct acpi_ivrs_entries {
    const uint8_t *bytes;
    uint32_t length;
    uint32_t next;
    const char *fault; // why the walk stopped early, else NULL
};

// Starts reading. `findings` may be NULL. A table that ends before its blocks is a finding and an empty list.
void acpi_ivrs_begin(struct acpi_ivrs *ivrs, const struct acpi_table *table, struct acpi_findings *findings);

// The next block, or false at the end. Left out with a finding: unknown types, blocks too short for their type.
bool acpi_ivrs_next(struct acpi_ivrs *ivrs, struct acpi_ivrs_block *block);

// Is it a unit block, with no block of a higher type for the same unit in the table?
bool acpi_ivrs_is_best(const struct acpi_table *table, const struct acpi_ivrs_block *block);

// Walks the device entries of a unit's block. An entry that does not fit ends the walk and is its fault.
void acpi_ivrs_entry_begin(const struct acpi_ivrs_block *block, struct acpi_ivrs_entries *entries);
bool acpi_ivrs_entry_next(struct acpi_ivrs_entries *entries, struct acpi_ivrs_entry *entry);

// The unit responsible for a function, with the ID that its requests carry there. For a function without an entry, the
// entry of the nearest bridge above it applies.
struct acpi_remap_match acpi_ivrs_unit_of(const struct acpi_table *table, const struct acpi_remap_function *function);

// The unit of an IOAPIC; of an HPET, by its number. The source is what the special entry names.
struct acpi_remap_match acpi_ivrs_unit_of_ioapic(const struct acpi_table *table,
                                                 const struct acpi_remap_ioapic *ioapic);
struct acpi_remap_match acpi_ivrs_unit_of_hpet(const struct acpi_table *table, uint8_t number);

#endif
