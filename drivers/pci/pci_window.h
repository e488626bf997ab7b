// The address windows of a bridge. PCI-to-PCI Bridge Architecture 1.2, 3.2.5.6 to 3.2.5.10.
#ifndef DRIVERS_PCI_PCI_WINDOW_H
#define DRIVERS_PCI_PCI_WINDOW_H

#include "kernel/inventory/device.h"

// The window of memory from its register, and of prefetchable memory from its three. Pure.
struct bridge_window pci_window_memory(uint32_t window);
struct bridge_window pci_window_prefetchable(uint32_t window, uint32_t base_high, uint32_t limit_high);

// Reads a bridge's windows, and whether it decodes subtractively, into the reading. PASSIVE.
void pci_window_take(const struct device *bridge, struct device_reading *reading);

// Does the bridge pass accesses of the whole range on? Pure.
bool pci_window_passes(const struct device_reading *bridge, struct physical base, uint64_t size);

#endif
