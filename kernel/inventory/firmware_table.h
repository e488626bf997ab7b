// The firmware's ACPI tables as the console shows them: address and bytes.
#ifndef KERNEL_INVENTORY_FIRMWARE_TABLE_H
#define KERNEL_INVENTORY_FIRMWARE_TABLE_H

#include "kernel/lib/types.h"

enum { FIRMWARE_TABLE_SIGNATURE = 5, FIRMWARE_TABLE_HEADER = 36 };

struct firmware_table {
    char signature[FIRMWARE_TABLE_SIGNATURE]; // four printable letters, terminated
    uint8_t revision;
    uint32_t length; // from its header
    struct physical address;
    const uint8_t *bytes; // `length` readable bytes of any alignment, at least a header; NULL with a fault
    const char *fault;    // why it is not used; NULL: it is
};

// Adds a table, in the firmware's order. The bytes must stay readable. PASSIVE, boot. A table beyond the capacity is
// left out, logged.
void firmware_table_add(const struct firmware_table *table);

uint32_t firmware_table_total(void);
const struct firmware_table *firmware_table_get(uint32_t index);

#endif
