// The three forms in which the `pci` command shows a function: a row (pci.c), details, and JSON.
#ifndef KERNEL_COMMANDS_PCI_H
#define KERNEL_COMMANDS_PCI_H

#include "kernel/inventory/device.h"
#include "kernel/lib/output.h"

// A line: address, class, vendor and device, revision. As lspci's, but never longer than COLUMNS_LIMIT.
void pci_print_name(struct output *out, const struct device *device);

// The functions below the bridges they are behind: pci_tree.c.
void pci_print_tree(struct output *out);

// Half a line each, as lspci words it.
void pci_print_msi(struct output *out, const struct msi_shape *msi);
void pci_print_msix(struct output *out, const struct msix_shape *msix);

// Everything the inventory knows of one function, for a person: pci_details.c.
void pci_print_details(struct output *out, const struct device *device);

// The same as the contract's "function" object, one line: pci_json.c.
void pci_print_json(struct output *out, const struct device *device);

#endif
