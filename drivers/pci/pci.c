// What a device driver needs of PCI: configuration space, BARs, the command register.

#include "drivers/pci/pci.h"
#include "drivers/pci/pci_bar.h"
#include "drivers/pci/pci_command.h"
#include "kernel/runtime/log.h"

enum { BRIDGE_DEPTH_LIMIT = 256 }; // a chain has at most one bridge a bus, unless its bus numbers are nonsense

static enum result bar_refuse(const struct device *device, uint32_t bar, enum result result, const char *reason)
{
    char text[DEVICE_ADDRESS_TEXT];
    log_error("pci: %s: BAR %u: %s", pci_address_format(device->address, text), bar, reason);
    return result;
}

enum result pci_bar_map(const struct device *device, uint32_t bar, uint64_t minimum, volatile void **pointer)
{
    if (bar >= DEVICE_BAR_COUNT || !pci_bar_is_usable(&device->bars[bar]))
        return bar_refuse(device, bar, RESULT_NOT_FOUND, "no memory, or no address assigned");
    if (device->bars[bar].size < minimum)
        return bar_refuse(device, bar, RESULT_INVALID, "smaller than its driver needs");
    enum result result = mmio_map(device->bars[bar].base, device->bars[bar].size, pointer);
    if (result != RESULT_OK)
        return bar_refuse(device, bar, result, "cannot be mapped");
    pci_command_change(device, PCI_COMMAND_MEMORY, 0);
    return RESULT_OK;
}

static void command_switch(struct device *device, uint16_t bit, bool on)
{
    device->command = pci_command_change(device, on ? bit : 0, on ? 0 : bit);
}

// A bridge forwards what comes from below only while it is a bus master itself. Turning one off stays with the
// function: others below the same bridges may need them.
static void bridges_enable(const struct device *device)
{
    struct device *bridge = device_parent(device);

    for (uint32_t i = 0; bridge && i < BRIDGE_DEPTH_LIMIT; i++) {
        command_switch(bridge, PCI_COMMAND_BUS_MASTER, true);
        bridge = device_parent(bridge);
    }
}

void pci_bus_master(struct device *device, bool on)
{
    command_switch(device, PCI_COMMAND_BUS_MASTER, on);
    if (on)
        bridges_enable(device);
}

void pci_messages_enable(struct device *device, bool bus_master)
{
    uint16_t bits = PCI_COMMAND_INTX_DISABLE | (bus_master ? PCI_COMMAND_BUS_MASTER : 0);

    device->command = pci_command_change(device, bits, 0);
    device->line_disabled = device->command & PCI_COMMAND_INTX_DISABLE;
    if (bus_master)
        bridges_enable(device);
}

void pci_memory_decode(struct device *device, bool on)
{
    command_switch(device, PCI_COMMAND_MEMORY, on);
}

// A function of before PCI 2.3, or one that has no line, may not keep the bit.
void pci_line_disable(struct device *device, bool disable)
{
    command_switch(device, PCI_COMMAND_INTX_DISABLE, disable);
    device->line_disabled = device->command & PCI_COMMAND_INTX_DISABLE;
}
