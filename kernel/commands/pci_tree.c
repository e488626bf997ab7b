// pci -t: the functions below the bridges they are behind.

#include "kernel/commands/columns.h"
#include "kernel/commands/pci.h"
#include "kernel/commands/pci_names.h"
#include "kernel/lib/memory.h"

enum { TREE_PREFIX = 40, TREE_NAME = 24 }; // columns of what stands before a function; least ones of its name

static bool is_on(const struct device *device, uint16_t segment, uint8_t bus)
{
    return device->address.segment == segment && device->address.bus == bus;
}

static const struct device *next_on(const struct device *device, uint16_t segment, uint8_t bus)
{
    while (device && !is_on(device, segment, bus))
        device = device->next;
    return device;
}

// A bridge whose buses are below it: its secondary bus leads back to it.
static bool leads_down(const struct device *device)
{
    return device->secondary_bus && device_bridge_to(device->address.segment, device->secondary_bus) == device;
}

static void tree_print_function(struct output *out, const struct device *device, const char *prefix, bool is_last)
{
    char buses[16] = "", class[PCI_IDS_TEXT], row[TREE_PREFIX + 32];

    if (leads_down(device))
        format_text(buses, sizeof(buses), "-[%02x-%02x]", device->secondary_bus, device->subordinate_bus);
    size_t used = format_text(row, sizeof(row), "%s%s%02x.%x%s ", prefix, is_last ? "\\-" : "+-",
                              device->address.device, device->address.function, buses);
    pci_names_class(device->class_code, class);
    pci_names_cut(class, used < COLUMNS_LIMIT - TREE_NAME ? COLUMNS_LIMIT - used : TREE_NAME);
    output_format(out, "%s%s\n", row, class);
}

static void tree_print_bus(struct output *out, uint16_t segment, uint8_t bus, char prefix[TREE_PREFIX], size_t length)
{
    const struct device *device = next_on(device_first(), segment, bus);

    while (device) {
        const struct device *next = next_on(device->next, segment, bus);
        tree_print_function(out, device, prefix, !next);
        // Secondary numbers grow from bridge to bridge, so this ends; deeper ones than the prefix holds share a column.
        if (leads_down(device) && length + 3 < TREE_PREFIX) {
            memcpy(prefix + length, next ? "| " : "  ", 3);
            tree_print_bus(out, segment, device->secondary_bus, prefix, length + 2);
            prefix[length] = '\0';
        } else if (leads_down(device)) {
            tree_print_bus(out, segment, device->secondary_bus, prefix, length);
        }
        device = next;
    }
}

void pci_print_tree(struct output *out)
{
    char prefix[TREE_PREFIX] = "";
    const struct device *before = NULL;

    for (const struct device *device = device_first(); device; device = device->next) {
        bool begins_bus = !before || !is_on(before, device->address.segment, device->address.bus);
        before = device;
        if (!begins_bus || device_parent(device))
            continue;
        output_format(out, "%04x:%02x\n", device->address.segment, device->address.bus);
        tree_print_bus(out, device->address.segment, device->address.bus, prefix, 0);
    }
}
