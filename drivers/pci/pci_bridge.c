// Bridges and ports as the search for functions needs them.

#include "drivers/pci/pci_bridge.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_capability.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/log.h"

#define EXPRESS_TYPE BITS(7, 4)

static uint16_t express_of(const struct device *device)
{
    return pci_capability_find(&device->capabilities, PCI_CAPABILITY_EXPRESS);
}

bool pci_bridge_is_port(const struct device *bridge)
{
    uint16_t express = express_of(bridge);
    if (!express)
        return false;
    uint64_t type = FIELD_GET(EXPRESS_TYPE, pci_read16(bridge, (uint16_t)(express + PCI_EXPRESS_FLAGS)));
    return type == PCI_EXPRESS_ROOT_PORT || type == PCI_EXPRESS_DOWNSTREAM_PORT;
}

bool pci_bridge_forward_ari(struct device *port, const struct device *function)
{
    uint16_t express = express_of(port),
             ari = pci_capability_find(&function->extended_capabilities, PCI_CAPABILITY_ARI);
    if (!ari || !(pci_read32(port, (uint16_t)(express + PCI_EXPRESS_CAPABILITIES2)) & PCI_EXPRESS_ARI_FORWARDING))
        return false;
    uint16_t offset = (uint16_t)(express + PCI_EXPRESS_CONTROL2), control = pci_read16(port, offset);
    if (!(control & PCI_EXPRESS_ARI_FORWARDING))
        pci_write16(port, offset, control | PCI_EXPRESS_ARI_FORWARDING);
    return pci_read16(port, offset) & PCI_EXPRESS_ARI_FORWARDING;
}

static bool leads_to(const struct device *bridge, uint8_t bus)
{
    return bus >= bridge->secondary_bus && bus <= bridge->subordinate_bus;
}

static bool is_above(const struct device *bridge, const struct device *device)
{
    const struct device *above = device_parent(device);
    while (above && above != bridge)
        above = device_parent(above);
    return above;
}

// A bridge found before with an overlapping bus range that is not above this bridge.
static const struct device *rival_of(const struct device *bridge)
{
    device_for_each (other) {
        if (other->header_type != PCI_HEADER_BRIDGE || other->address.segment != bridge->address.segment ||
            other->secondary_bus == 0 || is_above(other, bridge))
            continue;
        if (leads_to(other, bridge->secondary_bus) || leads_to(bridge, other->secondary_bus))
            return other;
    }
    return NULL;
}

static const char *fault_of(const struct device *bridge)
{
    const struct device *above = device_parent(bridge);
    if (bridge->secondary_bus == 0)
        return "has no bus numbers: nothing below it is found";
    if (bridge->secondary_bus <= bridge->address.bus)
        return "leads to no bus above its own";
    if (bridge->subordinate_bus < bridge->secondary_bus)
        return "its last bus is below its first";
    if (above && (bridge->secondary_bus < above->secondary_bus || bridge->subordinate_bus > above->subordinate_bus))
        return "leads to buses outside the bridge above it";
    return NULL;
}

void pci_bridge_check(const struct device *bridge)
{
    char text[DEVICE_ADDRESS_TEXT], other[DEVICE_ADDRESS_TEXT];
    uint32_t buses = pci_read32(bridge, PCI_PRIMARY_BUS) & 0xffffff;
    const char *fault = fault_of(bridge);
    const struct device *rival = fault ? NULL : rival_of(bridge);

    pci_address_format(bridge->address, text);
    if (fault)
        log_warning("pci: bridge %s to buses %u-%u: %s", text, bridge->secondary_bus, bridge->subordinate_bus, fault);
    if (rival)
        log_warning("pci: bridge %s to buses %u-%u: bridge %s leads to buses %u-%u", text, bridge->secondary_bus,
                    bridge->subordinate_bus, pci_address_format(rival->address, other), rival->secondary_bus,
                    rival->subordinate_bus);
    if (fault)
        firmware_record("bridge_buses", buses, "%s", text);
    if (rival)
        firmware_record("bridge_buses", buses, "%s and %s", text, other);
}
