// What the firmware left on in a function: recorded, then switched off.
#ifndef DRIVERS_PCI_PCI_LEFTOVER_H
#define DRIVERS_PCI_PCI_LEFTOVER_H

#include "kernel/inventory/device.h"

// Records "bus_master", "msi_enabled", "msix_enabled" and "intx_pending" where they are found. PASSIVE, boot.
void pci_leftover_record(const struct device *device);

// Bus master, MSI and MSI-X off, and the line of an endpoint; decode stays as it is, and so does the command register
// of a host or ISA bridge, which speaks for the whole chipset. PASSIVE, boot, before anybody uses the function.
void pci_leftover_quiet(struct device *device);

#endif
