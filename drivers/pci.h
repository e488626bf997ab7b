// What a device driver needs of PCI: configuration space, BARs, the command register. PASSIVE, unless a line says more.
#ifndef DRIVERS_PCI_H
#define DRIVERS_PCI_H

#include "kernel/device.h"

// Configuration space. `offset` must be aligned to the width; reads of a missing function or of an offset beyond what
// the access method reaches (256 bytes by port 0xCF8) answer all ones, writes there do nothing. Any IRQL.
uint8_t pci_read8(const struct device *device, uint16_t offset);
uint16_t pci_read16(const struct device *device, uint16_t offset);
uint32_t pci_read32(const struct device *device, uint16_t offset);
void pci_write8(const struct device *device, uint16_t offset, uint8_t value);
void pci_write16(const struct device *device, uint16_t offset, uint16_t value);
void pci_write32(const struct device *device, uint16_t offset, uint32_t value);

// Maps a whole memory BAR uncached. RESULT_NOT_FOUND: no memory BAR of that index, or the firmware left it unassigned;
// RESULT_INVALID: smaller than `minimum` bytes. Logged with what and where.
MUST_USE enum result pci_bar_map(const struct device *device, uint32_t bar, uint64_t minimum, volatile void **pointer);

// Bits of the command register: PCI Local Bus 3.0, 6.2.2. Bus master is set on every bridge above as well.
void pci_bus_master(struct device *device, bool on);
void pci_memory_decode(struct device *device, bool on);

// What lets messages leave: the line off, and with it, in one access, bus master on.
void pci_messages_enable(struct device *device, bool bus_master);

// The interrupt line, by the same register; device->line_disabled is what it held afterwards.
void pci_line_disable(struct device *device, bool disable);

#endif
