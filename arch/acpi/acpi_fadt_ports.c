// The FADT: which I/O ports the fixed hardware answers at.

#include "arch/acpi/acpi_fadt.h"

enum { OFFSET_FLAGS = 112, NO_LENGTH = 0 };

#define FLAG_HW_REDUCED_ACPI BIT(20)

// Offsets in the table (ACPI 6.5, table 5.9). Event blocks hold status and enable bits, both in the length.
static const struct block {
    const char *name;
    uint8_t port, length;
} blocks[] = {
    {"ACPI SMI command", 48, NO_LENGTH}, {"ACPI PM1a event", 56, 88},   {"ACPI PM1b event", 60, 88},
    {"ACPI PM1a control", 64, 89},       {"ACPI PM1b control", 68, 89}, {"ACPI PM2 control", 72, 90},
    {"ACPI PM timer", 76, 91},           {"ACPI GPE0", 80, 92},         {"ACPI GPE1", 84, 93},
};

bool acpi_fadt_ports_get(const struct acpi_table *table, uint32_t index, struct acpi_fadt_ports *ports)
{
    bool is_reduced = acpi_table_read32(table, OFFSET_FLAGS) & FLAG_HW_REDUCED_ACPI;

    for (uint32_t i = 0; i < ARRAY_COUNT(blocks) && !is_reduced; i++) {
        const struct block *block = &blocks[i];
        uint32_t first = acpi_table_read32(table, block->port);
        uint32_t count = block->length == NO_LENGTH ? 1 : acpi_table_read8(table, block->length);
        if (first == 0 || count == 0 || index-- != 0)
            continue;
        *ports = (struct acpi_fadt_ports){block->name, first, count};
        return true;
    }
    return false;
}
