// MSI: the capability as a shape. Pure. PCI Local Bus 3.0, 6.8.1.
#ifndef DRIVERS_PCI_PCI_MSI_H
#define DRIVERS_PCI_PCI_MSI_H

#include "kernel/inventory/device.h"

// The registers, where the 64-bit layout has them. DATA is 16 bits wide, as is CONTROL.
enum pci_msi_place {
    PCI_MSI_CONTROL = 2,
    PCI_MSI_ADDRESS_LOW = 4,
    PCI_MSI_ADDRESS_HIGH = 8, // 64-bit layout only
    PCI_MSI_DATA = 12,        // from here on 4 bytes lower in the 32-bit layout
    PCI_MSI_MASK = 16,        // this and PENDING only where maskable
    PCI_MSI_PENDING = 20,
};

enum { PCI_MSI_ENABLE = 1 << 0 }; // of message control
#define PCI_MSI_MULTIPLE_ENABLE BITS(6, 4)

// The offset of a register in this function's layout.
uint16_t pci_msi_register(const struct msi_shape *shape, enum pci_msi_place place);

// What the capability at `offset` with this message control register offers.
struct msi_shape pci_msi_decode(uint16_t offset, uint16_t control);

// Why messages cannot be used, NULL when they can.
const char *pci_msi_check(const struct msi_shape *shape);

// The messages that a message control register grants by its multiple message enable field; 0 for a reserved code.
uint32_t pci_msi_granted(uint16_t control);

// The messages granted when `wanted` >= 1 are asked for: a function gets a power of two, the smallest that holds what
// is wanted, but never more than it offers.
uint32_t pci_msi_grant(uint32_t wanted, uint32_t maximum);

#endif
