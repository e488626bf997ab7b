// A function's interrupt line, as far as configuration space goes.

#include "drivers/pci/pci_line.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_registers.h"

static void line_enable(struct device *device, bool on)
{
    pci_line_disable(device, !on);
}

static bool line_is_asserted(const struct device *device)
{
    uint16_t status = pci_read16(device, PCI_STATUS);

    return status != PCI_GONE16 && status & PCI_STATUS_INTERRUPT;
}

const struct device_line pci_line = {
    .enable = line_enable,
    .is_asserted = line_is_asserted,
    .bus_master = pci_bus_master,
};
