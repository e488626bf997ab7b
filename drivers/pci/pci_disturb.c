// The switches that drills turn.

#include "drivers/pci/pci_disturb.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_msix.h"
#include "drivers/pci/pci_registers.h"

struct place {
    uint16_t offset; // 0: the function has none
    uint16_t bit;
};

static struct place place_of(const struct device *device, enum device_switch bit)
{
    uint16_t control = device->msix.offset ? (uint16_t)(device->msix.offset + PCI_MSIX_CONTROL) : 0;
    uint16_t msi_control = device->msi.offset ? (uint16_t)(device->msi.offset + PCI_MSI_CONTROL) : 0;

    switch (bit) {
    case DEVICE_MEMORY_DECODE:
        return (struct place){PCI_COMMAND, PCI_COMMAND_MEMORY};
    case DEVICE_BUS_MASTER:
        return (struct place){PCI_COMMAND, PCI_COMMAND_BUS_MASTER};
    case DEVICE_MSIX_ENABLE:
        return (struct place){control, PCI_MSIX_ENABLE};
    case DEVICE_FUNCTION_MASK:
        return (struct place){control, PCI_MSIX_FUNCTION_MASK};
    case DEVICE_MSI_ENABLE:
        return (struct place){msi_control, PCI_MSI_ENABLE};
    }
    return (struct place){0, 0};
}

enum result pci_disturb(struct device *device, enum device_switch bit, bool on)
{
    struct place place = place_of(device, bit);

    if (place.offset == 0)
        return RESULT_UNSUPPORTED;
    uint16_t value = pci_read16(device, place.offset);
    pci_write16(device, place.offset, (uint16_t)(on ? value | place.bit : value & ~place.bit));
    bool is_on = pci_read16(device, place.offset) & place.bit;
    return is_on == on ? RESULT_OK : RESULT_MISMATCH;
}
