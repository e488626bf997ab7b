// The list of firmware tables.

#include "kernel/inventory/firmware_table.h"
#include "kernel/runtime/log.h"

enum { FIRMWARE_TABLE_COUNT = 80 };

static struct firmware_table tables[FIRMWARE_TABLE_COUNT];
static uint32_t total;

void firmware_table_add(const struct firmware_table *table)
{
    if (total == FIRMWARE_TABLE_COUNT) {
        log_warning("ACPI table %s at 0x%llx: no room to show it", table->signature,
                    (unsigned long long)table->address.address);
        return;
    }
    tables[total++] = *table;
}

uint32_t firmware_table_total(void)
{
    return total;
}

const struct firmware_table *firmware_table_get(uint32_t index)
{
    return &tables[index];
}
