// The command register of one function. PCI Local Bus 3.0, 6.2.2.
#ifndef DRIVERS_PCI_PCI_COMMAND_H
#define DRIVERS_PCI_PCI_COMMAND_H

#include "kernel/inventory/device.h"

// Sets and clears bits by a 16-bit write (the status register beside it is write 1 to clear), none when nothing would
// change or the function is gone. Answers what the register holds now, all ones when gone. PASSIVE.
uint16_t pci_command_change(const struct device *device, uint16_t set, uint16_t clear);

#endif
