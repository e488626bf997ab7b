// The current contents of a function's configuration space.

#include "drivers/pci/pci_reading.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_capability.h"
#include "drivers/pci/pci_function.h"
#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_msix.h"
#include "drivers/pci/pci_registers.h"
#include "drivers/pci/pci_window.h"

static void command_take(const struct device *device, struct device_reading *reading)
{
    uint16_t command = pci_read16(device, PCI_COMMAND);
    reading->memory_decode = command & PCI_COMMAND_MEMORY;
    reading->bus_master = command & PCI_COMMAND_BUS_MASTER;
    reading->line_disabled = command & PCI_COMMAND_INTX_DISABLE;
}

static void power_take(const struct device *device, struct device_reading *reading)
{
    uint16_t offset = pci_capability_find(&device->capabilities, PCI_CAPABILITY_POWER);
    if (offset)
        reading->power_state = pci_read16(device, (uint16_t)(offset + PCI_POWER_CONTROL)) & PCI_POWER_STATE;
}

static void msi_take(const struct device *device, struct device_reading *reading)
{
    if (!device->msi.offset)
        return;
    uint16_t control = pci_read16(device, pci_msi_register(&device->msi, PCI_MSI_CONTROL));
    reading->msi_enabled = control & PCI_MSI_ENABLE;
    reading->msi_granted = pci_msi_granted(control);
}

static void msix_take(const struct device *device, struct device_reading *reading)
{
    if (!device->msix.offset)
        return;
    uint16_t control = pci_read16(device, (uint16_t)(device->msix.offset + PCI_MSIX_CONTROL));
    struct msix_shape shape = pci_msix_decode(device->msix.offset, control, 0, 0);
    reading->msix_enabled = shape.enabled;
    reading->function_masked = shape.function_masked;
    reading->table_size = shape.table_size;
}

// Checked at the end: a function removed meanwhile has read as all ones in part.
void pci_reading_take(const struct device *device, struct device_reading *reading)
{
    *reading = (struct device_reading){.is_present = pci_function_is_present(device)};
    if (!reading->is_present)
        return;
    command_take(device, reading);
    power_take(device, reading);
    msi_take(device, reading);
    msix_take(device, reading);
    if (device->header_type == PCI_HEADER_BRIDGE)
        pci_window_take(device, reading);
    if (!pci_function_is_present(device))
        *reading = (struct device_reading){0};
}
