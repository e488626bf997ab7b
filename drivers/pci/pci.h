// What a device driver needs of PCI: configuration space, BARs, the command register. PASSIVE, unless a line says more.
#ifndef DRIVERS_PCI_PCI_H
#define DRIVERS_PCI_PCI_H

#include "drivers/pci/pci_access.h"

// Lets accesses reach a memory BAR: memory decode on at every bridge above, then at the function. RESULT_NOT_FOUND: no
// memory BAR of that index, none assigned, or refused when the functions were found. RESULT_UNSUPPORTED: the function
// has no driver, and firmware left decode off at it or at a bridge above: its BAR may overlap something else. Logged.
MUST_USE enum result pci_bar_reach(struct device *device, uint32_t bar);

// Maps a whole memory BAR uncached and lets accesses reach it. RESULT_INVALID: smaller than `minimum` bytes, else as
// above. Logged with what and where.
MUST_USE enum result pci_bar_map(struct device *device, uint32_t bar, uint64_t minimum, volatile void **pointer);

// The same for an I/O BAR: *port is its first port. RESULT_NOT_FOUND: no I/O BAR of that index, none assigned, or
// beyond the 16 bits of a port. Logged.
MUST_USE enum result pci_port_reach(struct device *device, uint32_t bar, uint16_t *port);

// Bits of the command register: PCI Local Bus 3.0, 6.2.2. Bus master is set on every bridge above as well.
void pci_bus_master(struct device *device, bool on);
void pci_memory_decode(struct device *device, bool on);

// Enables messages: one write that disables the line and sets bus master.
void pci_messages_enable(struct device *device, bool bus_master);

// The interrupt line, by the same register; device->line_disabled is what it held afterwards.
void pci_line_disable(struct device *device, bool disable);

#endif
