// State the firmware left on: recorded before it is switched off, shown by the `firmware` command.
#ifndef KERNEL_INVENTORY_FIRMWARE_H
#define KERNEL_INVENTORY_FIRMWARE_H

#include "kernel/lib/types.h"

struct firmware_finding {
    const char *item; // "bus_master", "msi_enabled", "ioapic_pin", "isr_bit", "x2apic", "bad_table", ...
    char where[48];   // "0000:00:02.0", "cpu 0 vector 0x21", "table MCFG"
    uint64_t value;   // the register or field as found
};

// Adds a finding. When the table is full, further ones are only counted. PASSIVE, boot.
void firmware_record(const char *item, uint64_t value, const char *where_format, ...)
    __attribute__((format(printf, 3, 4)));

uint32_t firmware_total(void);   // in the table
uint32_t firmware_dropped(void); // only counted
const struct firmware_finding *firmware_get(uint32_t index);

#endif
