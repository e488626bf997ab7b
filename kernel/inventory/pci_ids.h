// Names of PCI vendors, devices and classes from the PCI ID project (Debian package pci.ids).
#ifndef KERNEL_INVENTORY_PCI_IDS_H
#define KERNEL_INVENTORY_PCI_IDS_H

#include "kernel/lib/types.h"

enum { PCI_IDS_TEXT = 160 }; // the longest name and its end, checked by the build

// Each writes a name, in printable ASCII, to `text`, which holds PCI_IDS_TEXT bytes. False, and "", when there is none.
// Any IRQL.
bool pci_ids_vendor(uint16_t vendor, char *text);
bool pci_ids_device(uint16_t vendor, uint16_t device, char *text);

// The names of a class code's upper 8 bits, upper 16, and all 24: "Mass storage controller", "Non-Volatile memory
// controller", "NVM Express".
bool pci_ids_class(uint32_t class_code, char *text);
bool pci_ids_subclass(uint32_t class_code, char *text);
bool pci_ids_interface(uint32_t class_code, char *text);

#endif
