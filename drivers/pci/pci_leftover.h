// What the firmware left on in a function: recorded, then switched off.
#ifndef DRIVERS_PCI_PCI_LEFTOVER_H
#define DRIVERS_PCI_PCI_LEFTOVER_H

#include "kernel/inventory/device.h"

// Records "bus_master", "msi_enabled", "msix_enabled", "intx_pending" and "virtual_functions" where they are found.
// PASSIVE, boot.
void pci_leftover_record(const struct device *device);

// Virtual functions, bus master, MSI and MSI-X off, and the line of an endpoint or of whoever had messages; decode
// stays as it is. Bus master stays with a display that has it and with the bridges above it, and with a host or ISA
// bridge, which speaks for the whole chipset: device->keeps_bus_master. Endpoints before bridges, all in the inventory.
// PASSIVE, boot, before anybody uses the function.
void pci_leftover_quiet(struct device *device);

#endif
