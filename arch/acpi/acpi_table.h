// One ACPI table: reading and checking it by its address, and taking unaligned fields out of it (ACPI 6.5, 5.2.6).
// Pure.
#ifndef ARCH_ACPI_ACPI_TABLE_H
#define ARCH_ACPI_ACPI_TABLE_H

#include "arch/acpi/acpi_findings.h"
#include "kernel/lib/result.h"

enum {
    ACPI_TABLE_MAXIMUM = 16 << 20, // bytes; a longer table is taken for garbage
    ACPI_HEADER_SIZE = 36,
};

// How physical memory becomes readable: at least `size` bytes at `base`, for as long as the tables are used, or NULL
// when that range is no readable memory. Any alignment may be asked for.
struct acpi_memory {
    const void *(*map)(void *context, struct physical base, uint64_t size);
    void *context;
};

// One table, header included. A table with a fault is for display only.
struct acpi_table {
    char signature[ACPI_SIGNATURE_LENGTH + 1]; // printable, terminated; "????" when not even the header is readable
    uint8_t revision;
    uint32_t length; // as the header says
    struct physical address;
    const uint8_t *bytes; // `length` readable bytes of any alignment; NULL with a fault
    const char *fault;    // "checksum is off by", ...; NULL when the table may be used
};

// Reads and checks one table: header readable, length at least a header and at most ACPI_TABLE_MAXIMUM, all of it
// readable, checksum right. `table` is filled as far as it was read; its fault is also a finding.
// RESULT_OUT_OF_BOUNDS, RESULT_TRUNCATED, RESULT_INVALID, RESULT_BAD_CHECKSUM. PASSIVE.
MUST_USE enum result acpi_table_read(const struct acpi_memory *memory, struct physical address,
                                     struct acpi_findings *findings, struct acpi_table *table);

// Little-endian fields at any alignment. A field that is not wholly inside the table reads as 0, so that the short
// tables of early revisions need no cases of their own; acpi_table_has() tells absent from zero.
uint8_t acpi_table_read8(const struct acpi_table *table, uint32_t offset);
uint16_t acpi_table_read16(const struct acpi_table *table, uint32_t offset);
uint32_t acpi_table_read32(const struct acpi_table *table, uint32_t offset);
uint64_t acpi_table_read64(const struct acpi_table *table, uint32_t offset);
bool acpi_table_has(const struct acpi_table *table, uint32_t offset, uint32_t size);

// A Generic Address Structure (ACPI 6.5, 5.2.3.2), decoded.
enum acpi_space { ACPI_SPACE_MEMORY = 0, ACPI_SPACE_PORT = 1, ACPI_SPACE_PCI = 2, ACPI_SPACE_OTHER = 255 };

struct acpi_address {
    enum acpi_space space;
    uint8_t bit_width;
    uint8_t bit_offset;
    uint8_t access_size; // 1 to 4: byte, word, dword, qword; 0: not said
    uint64_t address;    // memory address, port number, or device/function/register as the standard packs it
};

enum { ACPI_ADDRESS_SIZE = 12 };

// The structure at `offset`; all zero where it is not wholly inside the table.
struct acpi_address acpi_table_read_address(const struct acpi_table *table, uint32_t offset);

// The sum of bytes modulo 256: 0 for a right checksum.
uint8_t acpi_table_sum(const void *bytes, uint32_t length);

#endif
