// What a device driver needs of PCI: configuration space, BARs, the command register.

#include "drivers/pci/pci.h"
#include "drivers/pci/pci_bar.h"
#include "drivers/pci/pci_command.h"
#include "kernel/runtime/log.h"

enum { PORT_LIMIT = 0x10000 };

static enum result bar_refuse(const struct device *device, uint32_t bar, enum result result, const char *reason)
{
    char text[DEVICE_ADDRESS_TEXT];
    log_error("pci: %s: BAR %u: %s", pci_address_format(device->address, text), bar, reason);
    return result;
}

static void command_switch(struct device *device, uint16_t bit, bool on)
{
    device->command = pci_command_change(device, on ? bit : 0, on ? 0 : bit);
}

// A bridge forwards requests from below only while its bus master bit is set, and from above only while it decodes
// memory, or ports. Clearing changes the function only: other functions may need the bridges.
static void bridges_enable(const struct device *device, uint16_t bit)
{
    for (struct device *bridge = device_parent(device); bridge; bridge = device_parent(bridge))
        command_switch(bridge, bit, true);
}

static bool is_decoded(const struct device *device)
{
    bool is_on = pci_read16(device, PCI_COMMAND) & PCI_COMMAND_MEMORY;

    for (const struct device *bridge = device_parent(device); bridge && is_on; bridge = device_parent(bridge))
        is_on = pci_read16(bridge, PCI_COMMAND) & PCI_COMMAND_MEMORY;
    return is_on;
}

enum result pci_bar_reach(struct device *device, uint32_t bar)
{
    if (bar < DEVICE_BAR_COUNT && device->bars[bar].refusal)
        return bar_refuse(device, bar, RESULT_NOT_FOUND, device->bars[bar].refusal);
    if (bar >= DEVICE_BAR_COUNT || !pci_bar_is_usable(&device->bars[bar]))
        return bar_refuse(device, bar, RESULT_NOT_FOUND, "no memory, or no address assigned");
    if (!device->driver && !is_decoded(device))
        return bar_refuse(device, bar, RESULT_UNSUPPORTED, "firmware left it undecoded, and it has no driver");
    bridges_enable(device, PCI_COMMAND_MEMORY);
    command_switch(device, PCI_COMMAND_MEMORY, true);
    return RESULT_OK;
}

enum result pci_bar_map(struct device *device, uint32_t bar, uint64_t minimum, volatile void **pointer)
{
    if (bar < DEVICE_BAR_COUNT && pci_bar_is_usable(&device->bars[bar]) && device->bars[bar].size < minimum)
        return bar_refuse(device, bar, RESULT_INVALID, "smaller than its driver needs");
    enum result result = pci_bar_reach(device, bar);
    if (result != RESULT_OK)
        return result;
    result = mmio_map(device->bars[bar].base, device->bars[bar].size, pointer);
    return result == RESULT_OK ? RESULT_OK : bar_refuse(device, bar, result, "cannot be mapped");
}

enum result pci_port_reach(struct device *device, uint32_t bar, uint16_t *port)
{
    const struct bar *found = bar < DEVICE_BAR_COUNT ? &device->bars[bar] : NULL;

    if (!found || found->kind != BAR_IO || found->base.address == 0 || found->base.address + found->size > PORT_LIMIT)
        return bar_refuse(device, bar, RESULT_NOT_FOUND, "no ports, or none assigned");
    bridges_enable(device, PCI_COMMAND_IO);
    command_switch(device, PCI_COMMAND_IO, true);
    *port = (uint16_t)found->base.address;
    return RESULT_OK;
}

void pci_bus_master(struct device *device, bool on)
{
    command_switch(device, PCI_COMMAND_BUS_MASTER, on);
    if (on)
        bridges_enable(device, PCI_COMMAND_BUS_MASTER);
}

void pci_messages_enable(struct device *device, bool bus_master)
{
    uint16_t bits = PCI_COMMAND_INTX_DISABLE | (bus_master ? PCI_COMMAND_BUS_MASTER : 0);

    device->command = pci_command_change(device, bits, 0);
    device->line_disabled = device->command & PCI_COMMAND_INTX_DISABLE;
    if (bus_master)
        bridges_enable(device, PCI_COMMAND_BUS_MASTER);
}

void pci_memory_decode(struct device *device, bool on)
{
    command_switch(device, PCI_COMMAND_MEMORY, on);
}

// A function older than PCI 2.3, or without a line, may not keep the bit.
void pci_line_disable(struct device *device, bool disable)
{
    command_switch(device, PCI_COMMAND_INTX_DISABLE, disable);
    device->line_disabled = device->command & PCI_COMMAND_INTX_DISABLE;
}
