// The current contents of a function's configuration space, to compare with the kernel's records.
#ifndef DRIVERS_PCI_PCI_READING_H
#define DRIVERS_PCI_PCI_READING_H

#include "kernel/inventory/device.h"

// For struct device's `read`: PCI Local Bus 3.0, 6.2.2 and 6.8; PCI Bus Power Management Interface 1.2, 3.2.4.
void pci_reading_take(const struct device *device, struct device_reading *reading);

#endif
