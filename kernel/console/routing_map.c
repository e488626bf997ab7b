// Prints the map from the message table.

#include "kernel/console/routing_map.h"
#include "kernel/core/message.h"
#include "kernel/inventory/board_device.h"

enum { ROUTES_SHOWN = 8 };

static void set_print(struct output *out, const struct message_set *set)
{
    char text[DEVICE_ADDRESS_TEXT], id[10] = "-";
    const struct device *device = device_of(set);

    if (!board_device_is(device))
        format_text(id, sizeof(id), "%04x:%04x", device->vendor_id, device->device_id);
    output_format(out, "%s  %-9s  %-10s  %-4s %4u of %-4u ", pci_address_format(device->address, text), id,
                  device->driver ? device->driver->name : "-", message_kind_name(set->source->kind), set->message_count,
                  set->source->capacity);
    for (uint32_t i = 0; i < set->message_count && i < ROUTES_SHOWN; i++)
        output_format(out, " %u:%02x", set->messages[i].cpu, set->messages[i].info.vector);
    output_format(out, "%s\n", set->message_count > ROUTES_SHOWN ? " .." : "");
}

void routing_map_print(struct output *out)
{
    uint32_t functions = 0;

    for (const struct message_set *set = message_set_first(); set; set = set->next)
        functions++;
    output_format(out, "\n%-12s  %-9s  %-10s  %-4s %12s  %s\n", "function", "id", "driver", "kind", "messages",
                  "cpu:vector");
    for (const struct message_set *set = message_set_first(); set; set = set->next)
        set_print(out, set);
    output_format(out, "%u messages of %u functions on %u CPUs\n\n", message_total(), functions, cpu_online_total());
}
