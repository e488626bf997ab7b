// One function becomes one device record.
#ifndef DRIVERS_PCI_PCI_FUNCTION_H
#define DRIVERS_PCI_PCI_FUNCTION_H

#include "kernel/inventory/device.h"

// Makes a record with the function's IDs, bus numbers, capabilities and message capabilities, without BARs and sources.
// Changes nothing in the function but its power state, to D0. NULL when memory is out (logged). PASSIVE.
struct device *pci_function_create(struct pci_address address);

// Gives the record its message sources, from its BARs and capabilities; those that cannot be used carry a refusal,
// which is logged. PASSIVE.
void pci_function_attach_sources(struct device *device);

// Is the function still the one the record was made from? PASSIVE.
bool pci_function_is_present(const struct device *device);

// Frees a record that no inventory holds. PASSIVE.
void pci_function_destroy(struct device *device);

#endif
