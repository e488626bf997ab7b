// Names a person reads for PCI class codes and capability IDs: PCI Code and ID Assignment Specification.
#ifndef KERNEL_COMMANDS_PCI_NAMES_H
#define KERNEL_COMMANDS_PCI_NAMES_H

#include "kernel/types.h"

enum { PCI_NAMES_CLASS_WIDTH = 22 }; // the longest class name

// All answer a name for any value: "Unknown" where the specification has none.
const char *pci_names_class(uint32_t class_code); // 24 bits
const char *pci_names_capability(uint16_t id);
const char *pci_names_extended(uint16_t id);

#endif
