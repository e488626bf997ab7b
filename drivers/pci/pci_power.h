// Power states of a function. PCI Bus Power Management Interface 1.2, 3.2.4, 5.4 and 5.6.1.
#ifndef DRIVERS_PCI_PCI_POWER_H
#define DRIVERS_PCI_PCI_POWER_H

#include "kernel/inventory/device.h"

// Brings a function that firmware left in D1, D2 or D3hot to D0, recorded as "power_state", and waits the specified
// time. A function that resets itself on the way gets its header restored: base address registers, bus numbers and
// windows. False: it stays in another state, logged. Its capabilities are read by then; before its BARs are sized and
// before what is below a bridge is looked for. PASSIVE, boot.
bool pci_power_on(struct device *device);

#endif
