// Names a person reads for PCI functions and capability IDs: PCI Code and ID Assignment Specification, pci.ids.
#ifndef KERNEL_COMMANDS_PCI_NAMES_H
#define KERNEL_COMMANDS_PCI_NAMES_H

#include "kernel/inventory/device.h"
#include "kernel/inventory/pci_ids.h"

enum { PCI_NAMES_LEAST = 24 }; // columns that a function's name must have

// Both answer a name for any value, as lspci words it where there is none: "Mass storage controller [0177]", "Class
// 1d00"; "Intel Corporation Device 29c0", "Device 1234:11e8". `text` holds PCI_IDS_TEXT bytes.
void pci_names_class(uint32_t class_code, char *text); // 24 bits
// Vendor and device in at most `columns` columns: the vendor gives way first, what was cut off shows as "..".
void pci_names_function(const struct device *device, size_t columns, char *text);

// Shortens a text to so many columns, at least 13, at a blank where that costs little; ".." shows it.
void pci_names_cut(char *text, size_t columns);

// Both answer "Unknown" where the specification has no name.
const char *pci_names_capability(uint16_t id);
const char *pci_names_extended(uint16_t id);

#endif
