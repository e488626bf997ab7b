// Finds which bits of an MSI capability are implemented, by writing them. PCI Local Bus 3.0, 6.8.1.
#ifndef DRIVERS_PCI_PCI_MSI_PROBE_H
#define DRIVERS_PCI_PCI_MSI_PROBE_H

#include "kernel/inventory/device.h"
#include "kernel/inventory/message_probe.h"

// While MSI is disabled: address, data and mask register are tried, and every count that multiple message enable may
// take; then all is put back as it was, MSI enabled last if it was. A message that becomes due meanwhile may be lost:
// the caller must make up for it. Fills in all but `pending`.
void pci_msi_probe(const struct device *device, struct message_probe *probe);

#endif
