// A fuzz input as one ACPI table: the input is what follows the header. In memory exactly as long as the table.
#ifndef TESTS_FUZZ_TABLE_BODY_H
#define TESTS_FUZZ_TABLE_BODY_H

#include "arch/acpi/acpi_table.h"
#include <stdlib.h>
#include <string.h>

static inline void require(bool condition)
{
    if (!condition)
        abort();
}

static inline struct acpi_table table_body_begin(const char *signature, const uint8_t *data, size_t size)
{
    uint8_t *bytes = calloc(1, ACPI_HEADER_SIZE + size);
    struct acpi_table table = {.length = ACPI_HEADER_SIZE + (uint32_t)size, .revision = 1, .bytes = bytes};

    if (size)
        memcpy(bytes + ACPI_HEADER_SIZE, data, size);
    memcpy(table.signature, signature, sizeof(table.signature));
    return table;
}

static inline void table_body_end(struct acpi_table *table)
{
    free((void *)table->bytes);
}

#endif
