// One ACPI table: reading and checking it by its address, and taking unaligned fields out of it.

#include "arch/acpi/acpi_table.h"
#include "kernel/lib/little_endian.h"
#include "kernel/lib/memory.h"

// ACPI 6.5, 5.2.6.
struct wire_header {
    char signature[ACPI_SIGNATURE_LENGTH];
    uint32_t length;
    uint8_t revision;
    uint8_t checksum;
    char oem_id[6];
    char oem_table_id[8];
    uint32_t oem_revision;
    uint32_t creator_id;
    uint32_t creator_revision;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_header) == ACPI_HEADER_SIZE, "wire size");

struct wire_address {
    uint8_t space;
    uint8_t bit_width;
    uint8_t bit_offset;
    uint8_t access_size;
    uint64_t address;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_address) == ACPI_ADDRESS_SIZE, "wire size");

static enum result refuse(struct acpi_findings *findings, struct acpi_table *table, enum result result,
                          const char *fault, uint64_t value)
{
    table->fault = fault;
    table->bytes = NULL;
    acpi_findings_add(findings, table->signature, fault, value);
    return result;
}

static enum result read_header(const struct acpi_memory *memory, struct acpi_findings *findings,
                               struct acpi_table *table)
{
    const void *bytes = memory->map(memory->context, table->address, ACPI_HEADER_SIZE);
    if (!bytes) {
        return refuse(findings, table, RESULT_OUT_OF_BOUNDS, "no readable memory at address", table->address.address);
    }
    struct wire_header header;
    memcpy(&header, bytes, sizeof(header));
    acpi_findings_signature(table->signature, header.signature);
    table->revision = header.revision;
    table->length = header.length;
    if (header.length < ACPI_HEADER_SIZE) {
        return refuse(findings, table, RESULT_TRUNCATED, "shorter than a table header: length", header.length);
    }
    if (header.length > ACPI_TABLE_MAXIMUM) {
        return refuse(findings, table, RESULT_INVALID, "longer than any real table: length", header.length);
    }
    return RESULT_OK;
}

static uint64_t read_field(const struct acpi_table *table, uint32_t offset, uint32_t size)
{
    return acpi_table_has(table, offset, size) ? little_endian_read(table->bytes + offset, size) : 0;
}

enum result acpi_table_read(const struct acpi_memory *memory, struct physical address, struct acpi_findings *findings,
                            struct acpi_table *table)
{
    *table = (struct acpi_table){.signature = "????", .address = address};
    enum result result = read_header(memory, findings, table);
    if (result != RESULT_OK) {
        return result;
    }
    table->bytes = memory->map(memory->context, address, table->length);
    if (!table->bytes) {
        return refuse(findings, table, RESULT_OUT_OF_BOUNDS, "not all of it is readable memory: length", table->length);
    }
    uint8_t sum = acpi_table_sum(table->bytes, table->length);
    if (sum != 0) {
        return refuse(findings, table, RESULT_BAD_CHECKSUM, "checksum is off by", sum);
    }
    return RESULT_OK;
}

uint8_t acpi_table_read8(const struct acpi_table *table, uint32_t offset)
{
    return (uint8_t)read_field(table, offset, 1);
}

uint16_t acpi_table_read16(const struct acpi_table *table, uint32_t offset)
{
    return (uint16_t)read_field(table, offset, 2);
}

uint32_t acpi_table_read32(const struct acpi_table *table, uint32_t offset)
{
    return (uint32_t)read_field(table, offset, 4);
}

uint64_t acpi_table_read64(const struct acpi_table *table, uint32_t offset)
{
    return read_field(table, offset, 8);
}

bool acpi_table_has(const struct acpi_table *table, uint32_t offset, uint32_t size)
{
    return table->bytes && offset <= table->length && size <= table->length - offset;
}

struct acpi_address acpi_table_read_address(const struct acpi_table *table, uint32_t offset)
{
    struct wire_address wire = {0};
    if (acpi_table_has(table, offset, sizeof(wire))) {
        memcpy(&wire, table->bytes + offset, sizeof(wire));
    }
    return (struct acpi_address){
        .space = wire.space <= ACPI_SPACE_PCI ? (enum acpi_space)wire.space : ACPI_SPACE_OTHER,
        .bit_width = wire.bit_width,
        .bit_offset = wire.bit_offset,
        .access_size = wire.access_size,
        .address = wire.address,
    };
}

uint8_t acpi_table_sum(const void *bytes, uint32_t length)
{
    const uint8_t *byte = bytes;
    uint8_t sum = 0;
    for (uint32_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + byte[i]);
    }
    return sum;
}
