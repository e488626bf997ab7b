// MSI-X as a message source: programming the table of one function. PCI Local Bus 3.0, 6.8.2 and 6.8.3.
#ifndef DRIVERS_PCI_PCI_MSIX_SOURCE_H
#define DRIVERS_PCI_PCI_MSIX_SOURCE_H

#include "kernel/inventory/device.h"

// The message source of a function with an MSI-X capability (device->msix.offset is not 0) and decoded BARs, closed;
// NULL when memory is out. Table and PBA are mapped at the first `open`. `write` leaves the entry masked. Of a vector
// control register only bit 0 is ever changed.
struct message_source *pci_msix_source_create(struct device *device);

#endif
