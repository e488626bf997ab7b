// Bridges and ports as the search for functions needs them.
#ifndef DRIVERS_PCI_PCI_BRIDGE_H
#define DRIVERS_PCI_PCI_BRIDGE_H

#include "kernel/inventory/device.h"

// Is it a root or downstream port, with one link and so one device below it? PCI Express Base 4.0, 7.5.3.2.
bool pci_bridge_is_port(const struct device *bridge);

// Enables ARI forwarding (eight-bit function numbers) where the port supports it and function 0 below has the ARI
// capability (6.13). False: not enabled.
bool pci_bridge_forward_ari(struct device *port, const struct device *function);

// Checks a bridge's bus numbers. Invalid: none at all, none above the bridge's own bus, the last below the first,
// outside the bridge above, or another bridge's. Logged, and recorded as "bridge_buses". Before the bridge is in the
// inventory.
void pci_bridge_check(const struct device *bridge);

#endif
