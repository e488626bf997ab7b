// Bridges and ports as the search for functions needs them.
#ifndef DRIVERS_PCI_PCI_BRIDGE_H
#define DRIVERS_PCI_PCI_BRIDGE_H

#include "kernel/inventory/device.h"

// Is it a root or downstream port, with one link and so one device below it? PCI Express Base 4.0, 7.5.3.2.
bool pci_bridge_is_port(const struct device *bridge);

// Lets the port pass all eight bits of a function number on, where it can and function 0 of the device below has the
// capability (6.13). False: it cannot, or need not.
bool pci_bridge_forward_ari(struct device *port, const struct device *function);

// Names bus numbers that make no sense: none at all, none above the bridge's own bus, the last below the first, outside
// the bridge above, or another bridge's. Logged, and recorded as "bridge_buses". Before the bridge is in the inventory.
void pci_bridge_check(const struct device *bridge);

#endif
