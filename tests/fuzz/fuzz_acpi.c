// Any bytes as physical memory: RSDP at a place they choose, the directory, then every reader on every table.
// sources: arch/acpi/acpi.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c arch/acpi/acpi_walk.c
// sources: arch/acpi/acpi_mcfg.c arch/acpi/acpi_fadt.c arch/acpi/acpi_srat.c arch/acpi/acpi_spcr.c
// sources: arch/acpi/acpi_madt.c arch/acpi/acpi_madt_processor.c arch/acpi/acpi_madt_wiring.c tests/fakes/heap.c

#include "arch/acpi/acpi.h"
#include "arch/acpi/acpi_fadt.h"
#include "arch/acpi/acpi_madt.h"
#include "arch/acpi/acpi_mcfg.h"
#include "arch/acpi/acpi_spcr.h"
#include "arch/acpi/acpi_srat.h"
#include <stdlib.h>
#include <string.h>

enum { CHECKSUM = 9, MCFG_CAPACITY = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory_bytes {
    uint8_t *bytes;
    size_t size;
};

static const void *map(void *context, struct physical base, uint64_t size)
{
    const struct memory_bytes *memory = context;
    if (base.address > memory->size || size > memory->size - base.address) {
        return NULL;
    }
    return memory->bytes + base.address;
}

static uint32_t word(const struct memory_bytes *memory, size_t offset)
{
    uint32_t value;
    memcpy(&value, memory->bytes + offset, sizeof(value));
    return value;
}

static void fix_sum(struct memory_bytes *memory, uint64_t base, uint64_t length, uint64_t at)
{
    if (base > memory->size || length > memory->size - base || at >= length) {
        return;
    }
    memory->bytes[base + at] = 0;
    memory->bytes[base + at] = (uint8_t)-acpi_table_sum(memory->bytes + base, (uint32_t)length);
}

// Makes the checksums right wherever a signature stands, so that the fuzzer gets past them; the input's first byte can
// ask for the bytes as they are.
static void fix_sums(struct memory_bytes *memory)
{
    static const char *const signatures[] = {"APIC", "MCFG", "FACP", "SRAT", "SPCR", "RSDT", "XSDT"};
    for (size_t at = 0; at + ACPI_HEADER_SIZE <= memory->size; at++) {
        for (size_t i = 0; i < ARRAY_COUNT(signatures); i++) {
            if (memcmp(memory->bytes + at, signatures[i], 4) == 0) {
                fix_sum(memory, at, word(memory, at + 4), CHECKSUM);
            }
        }
    }
    if (memory->size >= ACPI_HEADER_SIZE + 1) {
        fix_sum(memory, 1, 20, 8);
        fix_sum(memory, 1, word(memory, 21), 32);
    }
}

static void read_table(const struct acpi_table *table, struct acpi_findings *findings)
{
    struct acpi_mcfg_entry entries[MCFG_CAPACITY];
    struct acpi_madt madt;
    struct acpi_fadt fadt;
    struct acpi_spcr spcr;
    struct acpi_srat srat;
    struct acpi_srat_affinity affinity;
    if (acpi_madt_read(table, findings, &madt) == RESULT_OK) {
        acpi_madt_release(&madt);
    }
    if (acpi_mcfg_read(table, findings, entries, MCFG_CAPACITY) > MCFG_CAPACITY) {
        abort();
    }
    bool is_read = acpi_fadt_read(table, findings, &fadt) == RESULT_OK;
    is_read |= acpi_spcr_read(table, findings, &spcr) == RESULT_OK;
    acpi_srat_begin(&srat, table, findings);
    while (acpi_srat_next(&srat, &affinity)) {
        is_read = true;
    }
    if (is_read && table->fault) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct acpi_directory directory;
    struct memory_bytes bytes = {malloc(size + 1), size};
    if (size != 0) {
        memcpy(bytes.bytes, data, size);
    }
    if (size != 0 && data[0] % 8 != 0) {
        fix_sums(&bytes);
    }
    struct acpi_memory memory = {.map = map, .context = &bytes};
    if (acpi_directory_read(&memory, (struct physical){1}, &directory) == RESULT_OK) {
        if (directory.usable > directory.count || directory.count > ACPI_TABLE_COUNT) {
            abort();
        }
        for (uint32_t i = 0; i < directory.count; i++) {
            read_table(&directory.tables[i], &directory.findings);
        }
    }
    free(bytes.bytes);
    return 0;
}
