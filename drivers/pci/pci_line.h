// A function's interrupt line, as far as configuration space goes. PCI Local Bus 3.0, 6.2.2 and 6.2.3.
#ifndef DRIVERS_PCI_PCI_LINE_H
#define DRIVERS_PCI_PCI_LINE_H

#include "kernel/inventory/device.h"

// For struct device's `line`: interrupt disable and bus master in the command register, interrupt status in the status
// register. A function older than PCI 2.3 has neither interrupt bit: its line is always enabled and its status reads 0.
extern const struct device_line pci_line;

#endif
