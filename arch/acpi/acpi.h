// The firmware's table directory: from the RSDP over XSDT or RSDT to a list of checked tables (ACPI 6.5, 5.2.5
// to 5.2.8). Pure: memory is reached through a callback, and what is wrong is listed instead of ending the boot.
#ifndef ARCH_ACPI_ACPI_H
#define ARCH_ACPI_ACPI_H

#include "arch/acpi/acpi_table.h"

enum { ACPI_TABLE_COUNT = 64 }; // tables kept; more are counted

struct acpi_directory {
    uint8_t revision; // of the RSDP
    bool from_xsdt;   // false: from the RSDT
    uint32_t count;
    uint32_t usable;                            // of them, without a fault
    uint32_t dropped;                           // tables listed beyond ACPI_TABLE_COUNT
    struct acpi_table tables[ACPI_TABLE_COUNT]; // in the firmware's order, bad ones with their fault
    struct acpi_findings findings;              // the other readers of tables add theirs here
};

// Reads the directory that `rsdp` leads to. The XSDT is preferred; where it or the extended part of the RSDP is bad the
// RSDT serves. Bad tables are listed with their fault; the others stay usable. `directory` may be uninitialised; it is
// about 5 KiB: not for a stack. RESULT_NOT_FOUND: rsdp is 0, which makes no finding, or not mapped; RESULT_INVALID: no
// RSDP there; RESULT_BAD_CHECKSUM: none of its checksums adds up; RESULT_OUT_OF_BOUNDS: neither XSDT nor RSDT can be
// used. Details are in the findings. PASSIVE.
MUST_USE enum result acpi_directory_read(const struct acpi_memory *memory, struct physical rsdp,
                                         struct acpi_directory *directory);

// The table of that four-letter signature, `instance` counting from 0 in the firmware's order; NULL when there is none.
// Tables with a fault are passed over.
const struct acpi_table *acpi_table_find(const struct acpi_directory *directory, const char *signature,
                                         uint32_t instance);

#endif
