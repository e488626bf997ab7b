// A device of the board that is no PCI function and has an interrupt line of its own: the keyboard controller's ISA
// IRQ, ACPI's SCI. It has a name like a function's, in segment ffff, which no PCI function has: its line's number
// stands as bus and device.
#ifndef KERNEL_INVENTORY_BOARD_DEVICE_H
#define KERNEL_INVENTORY_BOARD_DEVICE_H

#include "kernel/inventory/driver.h"

enum { BOARD_SEGMENT = 0xffff };

struct board_line {
    uint32_t number;          // below 16 an ISA IRQ, which the MADT may place elsewhere; else a GSI
    enum interrupt_mode mode; // where the MADT does not say otherwise, as is polarity
    enum interrupt_polarity polarity;
    bool (*is_asserted)(void); // NULL: cannot be read
};

// Makes the device with its line as message source. It is found by device_find(), and not among the PCI functions.
// `line` must stay valid. RESULT_NOT_FOUND: no IOAPIC pin has that line; RESULT_NO_MEMORY. PASSIVE, boot CPU.
MUST_USE enum result board_device_create(const struct board_line *line, const struct driver *driver,
                                         struct device **device);

static inline bool board_device_is(const struct device *device)
{
    return device->address.segment == BOARD_SEGMENT;
}

#endif
