// MSI as a message source: programming the capability of one function. PCI Local Bus 3.0, 6.8.1 and 6.8.3.
#ifndef DRIVERS_PCI_PCI_MSI_SOURCE_H
#define DRIVERS_PCI_PCI_MSI_SOURCE_H

#include "kernel/inventory/device.h"

// The message source of a function with an MSI capability (device->msi.offset is not 0), closed; NULL when memory is
// out. `write` takes index 0 only, and data whose low bits are clear for the block (the function puts the index there);
// `read` answers what message `index` sends. While the capability is enabled, all messages are masked during a write. A
// function without mask bits is written while enabled; disabling it would lose messages: data first, then the half of
// the address that changes; RESULT_UNSUPPORTED, with nothing written, when both halves do.
struct message_source *pci_msi_source_create(struct device *device);

#endif
