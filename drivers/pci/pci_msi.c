// MSI: the capability as a shape. Pure.

#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_registers.h"

enum {
    CONTROL_IS_64BIT = 1 << 7,
    CONTROL_MASKABLE = 1 << 8,
    MULTIPLE_LOG2_LIMIT = 5, // 32 messages; 6 and 7 are reserved
};

#define CONTROL_MULTIPLE_CAPABLE BITS(3, 1)

struct msi_shape pci_msi_decode(uint16_t offset, uint16_t control)
{
    uint64_t log2 = FIELD_GET(CONTROL_MULTIPLE_CAPABLE, control);
    return (struct msi_shape){
        .offset = offset,
        .maximum = log2 <= MULTIPLE_LOG2_LIMIT ? 1u << log2 : 1,
        .is_64bit = control & CONTROL_IS_64BIT,
        .maskable = control & CONTROL_MASKABLE,
        .enabled = control & PCI_MSI_ENABLE,
    };
}

uint16_t pci_msi_register(const struct msi_shape *shape, enum pci_msi_place place)
{
    bool is_lower = !shape->is_64bit && place > PCI_MSI_ADDRESS_HIGH;
    return (uint16_t)(shape->offset + place - (is_lower ? 4 : 0));
}

const char *pci_msi_check(const struct msi_shape *shape)
{
    uint32_t end =
        shape->maskable ? pci_msi_register(shape, PCI_MSI_PENDING) + 4u : pci_msi_register(shape, PCI_MSI_DATA) + 2u;
    return end > PCI_STANDARD_SIZE ? "MSI capability runs past the end of configuration space" : NULL;
}

uint32_t pci_msi_granted(uint16_t control)
{
    uint64_t log2 = FIELD_GET(PCI_MSI_MULTIPLE_ENABLE, control);
    return log2 <= MULTIPLE_LOG2_LIMIT ? 1u << log2 : 0;
}

uint32_t pci_msi_grant(uint32_t wanted, uint32_t maximum)
{
    uint32_t granted = 1;
    while (granted < wanted && granted < maximum)
        granted *= 2;
    return granted;
}
