// What the firmware left on in a function: recorded, then switched off.

#include "drivers/pci/pci_leftover.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_command.h"
#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_msix.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/inventory/firmware.h"

static void record_if(bool is_found, const struct device *device, const char *item, uint64_t value)
{
    if (!is_found)
        return;
    char text[DEVICE_ADDRESS_TEXT];
    firmware_record(item, value, "%s", pci_address_format(device->address, text));
}

void pci_leftover_record(const struct device *device)
{
    uint16_t status = pci_read16(device, PCI_STATUS);
    record_if(device->command & PCI_COMMAND_BUS_MASTER, device, "bus_master", device->command);
    record_if(status & PCI_STATUS_INTERRUPT, device, "intx_pending", status);
    if (device->msi.enabled)
        record_if(true, device, "msi_enabled", pci_read16(device, pci_msi_register(&device->msi, PCI_MSI_CONTROL)));
    if (device->msix.enabled)
        record_if(true, device, "msix_enabled", pci_read16(device, (uint16_t)(device->msix.offset + PCI_MSIX_CONTROL)));
}

// What the command register loses, or 0 to leave it alone.
static uint16_t bits_to_clear(const struct device *device)
{
    bool is_chipset = device->header_type == PCI_HEADER_ENDPOINT && device->class_code >> 16 == PCI_CLASS_BRIDGE;
    return is_chipset ? 0 : PCI_COMMAND_BUS_MASTER;
}

static void msi_disable(struct device *device)
{
    uint16_t offset = pci_msi_register(&device->msi, PCI_MSI_CONTROL);
    pci_write16(device, offset, pci_read16(device, offset) & (uint16_t)~PCI_MSI_ENABLE);
    device->msi.enabled = false;
}

static void msix_disable(struct device *device)
{
    uint16_t offset = (uint16_t)(device->msix.offset + PCI_MSIX_CONTROL);
    pci_write16(device, offset, pci_read16(device, offset) & (uint16_t)~PCI_MSIX_ENABLE);
    device->msix.enabled = false;
}

// The line and bus master first: a function whose messages are switched off would fall back to its line.
void pci_leftover_quiet(struct device *device)
{
    uint16_t line = device->header_type == PCI_HEADER_ENDPOINT ? PCI_COMMAND_INTX_DISABLE : 0;
    uint16_t clear = bits_to_clear(device);
    if (clear)
        device->command = pci_command_change(device, line, clear);
    device->line_disabled = device->command & PCI_COMMAND_INTX_DISABLE;
    if (device->msi.enabled)
        msi_disable(device);
    if (device->msix.enabled)
        msix_disable(device);
}
