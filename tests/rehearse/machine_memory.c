// The firmware's memory, made of the dump's tables; and device memory, which is empty.

#include "arch/acpi/acpi_table.h"
#include "arch/mmio.h"
#include "arch/paging/paging.h"
#include "tests/rehearse/machine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where nothing of the dump claims to be.
#define TABLES_AT  UINT64_C(0x700000000000)
#define TABLE_STEP UINT64_C(0x10000000)

enum {
    RSDP_SIZE = 36,
    RSDP_REVISION = 15,
    RSDP_XSDT = 24,
    FADT_DSDT = 40,
    FADT_X_DSDT = 140,
    CHECKSUM = 9,
    ENTRY = 8,
};

struct range {
    uint64_t base;
    uint64_t size;
    uint8_t *bytes;
    const char *name;
    bool is_device;
};

static struct range *ranges;
static uint32_t range_count;
static struct physical rsdp;

// Takes the bytes over.
static void range_add(uint64_t base, uint8_t *bytes, uint64_t size, const char *name)
{
    ranges = realloc(ranges, (range_count + 1) * sizeof(ranges[0]));
    if (!ranges)
        abort();
    ranges[range_count++] = (struct range){.base = base, .size = size, .bytes = bytes, .name = name};
}

static uint8_t *allocate(size_t size)
{
    uint8_t *bytes = calloc(1, size ? size : 1);

    if (!bytes)
        abort();
    return bytes;
}

static void sum_set(uint8_t *bytes, uint32_t length, uint32_t at)
{
    bytes[at] = 0;
    bytes[at] = (uint8_t)-acpi_table_sum(bytes, length);
}

static void header_write(uint8_t *bytes, const char *signature, uint32_t length)
{
    memcpy(bytes, signature, ACPI_SIGNATURE_LENGTH);
    memcpy(bytes + 4, &length, sizeof(length));
    bytes[8] = 1;
    sum_set(bytes, length, CHECKSUM);
}

static bool is_of(const struct dump_table *table, const char *signature)
{
    return table->length >= ACPI_HEADER_SIZE && memcmp(table->bytes, signature, ACPI_SIGNATURE_LENGTH) == 0;
}

// The roots are made anew; the FACS has no header of the common form, and the FADT names it and the DSDT.
static bool is_listed(const struct dump_table *table)
{
    return !is_of(table, "RSDT") && !is_of(table, "XSDT") && !is_of(table, "FACS") && !is_of(table, "DSDT") &&
           table->length >= ACPI_HEADER_SIZE;
}

static const struct dump_table *table_find(const struct dump *dump, const char *signature)
{
    for (uint32_t i = 0; i < dump->table_count; i++)
        if (is_of(&dump->tables[i], signature))
            return &dump->tables[i];
    return NULL;
}

static uint8_t *copy(const uint8_t *bytes, size_t length)
{
    return memcpy(allocate(length), bytes, length);
}

// Where the FADT says the DSDT is. Nothing of it is read but its header; a dump without it gets an empty one.
static void dsdt_place(const struct dump *dump)
{
    const struct dump_table *fadt = table_find(dump, "FACP"), *dsdt = table_find(dump, "DSDT");
    uint64_t address = 0;
    uint32_t low = 0;

    if (!fadt || fadt->length < FADT_DSDT + sizeof(low))
        return;
    memcpy(&low, fadt->bytes + FADT_DSDT, sizeof(low));
    if (fadt->length >= FADT_X_DSDT + sizeof(address))
        memcpy(&address, fadt->bytes + FADT_X_DSDT, sizeof(address));
    address = address ? address : low;
    if (dsdt) {
        range_add(address, copy(dsdt->bytes, dsdt->length), dsdt->length, dsdt->name);
        return;
    }
    uint8_t *empty = allocate(ACPI_HEADER_SIZE);
    header_write(empty, "DSDT", ACPI_HEADER_SIZE);
    range_add(address, empty, ACPI_HEADER_SIZE, "");
}

void machine_memory_build(struct dump *dump)
{
    uint8_t *xsdt = allocate(ACPI_HEADER_SIZE + (size_t)dump->table_count * ENTRY);
    uint32_t length = ACPI_HEADER_SIZE;
    uint64_t next = TABLES_AT + TABLE_STEP;

    for (uint32_t i = 0; i < dump->table_count; i++) {
        const struct dump_table *table = &dump->tables[i];
        if (table->length < ACPI_HEADER_SIZE)
            dump_note(dump, "%s: shorter than a table's header, left out", table->name);
        if (!is_listed(table))
            continue;
        range_add(next, copy(table->bytes, table->length), table->length, table->name);
        memcpy(xsdt + length, &next, ENTRY);
        length += ENTRY;
        next += TABLE_STEP;
    }
    header_write(xsdt, "XSDT", length);
    range_add(TABLES_AT, xsdt, length, "");
    dsdt_place(dump);

    uint8_t *root = allocate(RSDP_SIZE);
    uint64_t address = TABLES_AT;
    uint32_t size = RSDP_SIZE;
    memcpy(root, "RSD PTR ", 8);
    root[RSDP_REVISION] = 2;
    memcpy(root + 20, &size, sizeof(size));
    memcpy(root + RSDP_XSDT, &address, sizeof(address));
    sum_set(root, 20, 8);
    sum_set(root, RSDP_SIZE, 32);
    rsdp.address = next;
    range_add(next, root, RSDP_SIZE, "");
}

struct physical machine_rsdp(void)
{
    return rsdp;
}

static const struct range *range_find(uint64_t base, uint64_t size, bool is_device)
{
    for (uint32_t i = 0; i < range_count; i++)
        if (ranges[i].is_device == is_device && base >= ranges[i].base && base - ranges[i].base <= ranges[i].size &&
            size <= ranges[i].size - (base - ranges[i].base))
            return &ranges[i];
    return NULL;
}

const char *machine_table_name(struct physical address)
{
    const struct range *range = range_find(address.address, 1, false);

    return range ? range->name : "";
}

enum result paging_map_firmware(struct physical base, uint64_t size, const void **pointer)
{
    const struct range *range = range_find(base.address, size, false);

    if (!range)
        return RESULT_INVALID;
    *pointer = range->bytes + (base.address - range->base);
    return RESULT_OK;
}

// Tables of MSI-X and what else a BAR holds, the first time all zero.
enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer)
{
    enum { LARGEST = 1 << 20 };
    const struct range *range = range_find(base.address, size, true);

    if (!range) {
        if (size == 0 || size > LARGEST || base.address + size < base.address)
            return RESULT_INVALID;
        range_add(base.address, allocate(size), size, "");
        ranges[range_count - 1].is_device = true;
        range = &ranges[range_count - 1];
    }
    *pointer = range->bytes + (base.address - range->base);
    return RESULT_OK;
}

void machine_release(void)
{
    while (range_count)
        free(ranges[--range_count].bytes);
    free(ranges);
    ranges = NULL;
}
