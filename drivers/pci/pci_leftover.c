// What the firmware left on in a function: recorded, then switched off.

#include "drivers/pci/pci_leftover.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_capability.h"
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
    uint16_t virtual_functions = pci_capability_find(&device->extended_capabilities, PCI_CAPABILITY_SRIOV);
    record_if(device->command & PCI_COMMAND_BUS_MASTER, device, "bus_master", device->command);
    record_if(status & PCI_STATUS_INTERRUPT, device, "intx_pending", status);
    if (device->msi.enabled)
        record_if(true, device, "msi_enabled", pci_read16(device, pci_msi_register(&device->msi, PCI_MSI_CONTROL)));
    if (device->msix.enabled)
        record_if(true, device, "msix_enabled", pci_read16(device, (uint16_t)(device->msix.offset + PCI_MSIX_CONTROL)));
    if (virtual_functions) {
        uint16_t control = pci_read16(device, (uint16_t)(virtual_functions + PCI_SRIOV_CONTROL));
        record_if(control & PCI_SRIOV_ENABLE && control != PCI_GONE16, device, "virtual_functions", control);
    }
}

static bool is_chipset(const struct device *device)
{
    return device->header_type == PCI_HEADER_ENDPOINT && device->class_code >> 16 == PCI_CLASS_BRIDGE;
}

// A display fetches its picture by DMA, and the screen may be the console.
static bool is_display_at_work(const struct device *device)
{
    return device->header_type == PCI_HEADER_ENDPOINT && device->class_code >> 16 == PCI_CLASS_DISPLAY &&
           device->command & PCI_COMMAND_BUS_MASTER;
}

static bool is_above_display(const struct device *bridge)
{
    device_for_each (device)
        for (struct device *above = device_parent(device); above; above = device_parent(above))
            if (above == bridge && is_display_at_work(device))
                return true;
    return false;
}

static bool keeps_bus_master(const struct device *device)
{
    if (device->header_type == PCI_HEADER_BRIDGE)
        return is_above_display(device);
    return is_chipset(device) || is_display_at_work(device);
}

// The line goes off with the messages, or else the function would fall back to it. An endpoint's line always goes off,
// except a chipset function's, which may stand for hidden functions.
static bool loses_line(const struct device *device)
{
    if (device->msi.enabled || device->msix.enabled)
        return true;
    return device->header_type == PCI_HEADER_ENDPOINT && !is_chipset(device);
}

// Not read back: the capability must not be read for 1 s (PCI Express Base 4.0, 9.3.3.3.1).
static void virtual_functions_disable(const struct device *device)
{
    uint16_t offset = pci_capability_find(&device->extended_capabilities, PCI_CAPABILITY_SRIOV);
    uint16_t control = offset ? pci_read16(device, (uint16_t)(offset + PCI_SRIOV_CONTROL)) : 0;

    if (control & (PCI_SRIOV_ENABLE | PCI_SRIOV_MEMORY) && control != PCI_GONE16)
        pci_write16(device, (uint16_t)(offset + PCI_SRIOV_CONTROL),
                    control & (uint16_t) ~(PCI_SRIOV_ENABLE | PCI_SRIOV_MEMORY));
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

// The line and bus master first: a function whose messages are switched off would fall back to its line. Virtual
// functions before theirs: each is a bus master of its own.
void pci_leftover_quiet(struct device *device)
{
    uint16_t line = loses_line(device) ? PCI_COMMAND_INTX_DISABLE : 0;

    device->keeps_bus_master = keeps_bus_master(device);
    virtual_functions_disable(device);
    device->command = pci_command_change(device, line, device->keeps_bus_master ? 0 : PCI_COMMAND_BUS_MASTER);
    device->line_disabled = device->command & PCI_COMMAND_INTX_DISABLE;
    if (device->msi.enabled)
        msi_disable(device);
    if (device->msix.enabled)
        msix_disable(device);
}
