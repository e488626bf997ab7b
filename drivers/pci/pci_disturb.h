// Writes one configuration bit without changing the kernel's records: for drills.
#ifndef DRIVERS_PCI_PCI_DISTURB_H
#define DRIVERS_PCI_PCI_DISTURB_H

#include "kernel/inventory/device.h"

// Sets or clears the bit and reads it back; no record is changed. RESULT_UNSUPPORTED: the function has no such bit;
// RESULT_MISMATCH: it did not keep it. PASSIVE.
MUST_USE enum result pci_disturb(struct device *device, enum device_switch bit, bool on);

#endif
