// What the firmware left on in a function: recorded, then switched off.
#ifndef DRIVERS_PCI_PCI_LEFTOVER_H
#define DRIVERS_PCI_PCI_LEFTOVER_H

#include "kernel/inventory/device.h"

// Records "bus_master", "msi_enabled", "msix_enabled", "intx_pending" and "virtual_functions" where they are found.
// PASSIVE, boot.
void pci_leftover_record(const struct device *device);

// Switches off virtual functions, bus master, MSI and MSI-X, and the line of an endpoint or of a function that had
// messages on; decode is not changed. Bus master stays on for a display that has it and the bridges above it, and for a
// host or ISA bridge, which stands for the chipset: device->keeps_bus_master. Endpoints before bridges, all in the
// inventory. PASSIVE, boot, before any driver uses the function.
void pci_leftover_quiet(struct device *device);

#endif
