// MSI-X: the capability as a shape, checked against the BARs. Pure. PCI Local Bus 3.0, 6.8.2.
#ifndef DRIVERS_PCI_PCI_MSIX_H
#define DRIVERS_PCI_PCI_MSIX_H

#include "kernel/inventory/device.h"

// Registers of the capability.
enum { PCI_MSIX_CONTROL = 2, PCI_MSIX_TABLE = 4, PCI_MSIX_PBA = 8, PCI_MSIX_SIZE = 12 };

// Bits of message control.
enum { PCI_MSIX_FUNCTION_MASK = 1 << 14, PCI_MSIX_ENABLE = 1 << 15 };

// Registers of a table entry, and its size.
enum {
    PCI_MSIX_ENTRY_LOW = 0,
    PCI_MSIX_ENTRY_HIGH = 4,
    PCI_MSIX_ENTRY_DATA = 8,
    PCI_MSIX_ENTRY_CONTROL = 12,
    PCI_MSIX_ENTRY_SIZE = 16,
    PCI_MSIX_ENTRY_MASKED = 1 << 0, // of the vector control register; its other bits belong to the vendor
};

// The capability at `offset` with these registers: message control, table and PBA.
struct msix_shape pci_msix_decode(uint16_t offset, uint16_t control, uint32_t table, uint32_t pba);

// Bytes of the table and of the pending bit array (whole quadwords).
uint32_t pci_msix_table_bytes(const struct msix_shape *shape);
uint32_t pci_msix_pba_bytes(const struct msix_shape *shape);

// Bytes from the table's start to the end of its last 4 KiB page or the PBA: no other registers may share a page with
// the table. Whole entries, at least the table's.
uint32_t pci_msix_page_bytes(const struct msix_shape *shape, const struct bar bars[DEVICE_BAR_COUNT]);

// Why messages cannot be used with these BARs, NULL when they can.
const char *pci_msix_check(const struct msix_shape *shape, const struct bar bars[DEVICE_BAR_COUNT]);

#endif
