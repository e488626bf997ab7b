// Prints the map from the message table.

#include "kernel/console/routing_map.h"
#include "kernel/core/message.h"
#include "kernel/inventory/board_device.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output_fold.h"

enum { ROUTES_COLUMN = 51, ROUTES_TEXT = OUTPUT_FOLD_WIDTH - ROUTES_COLUMN + 1 };

#define ROUTES_MORE " .."

// " 0:80 1:81", as far as there is room.
static void routes_format(const struct message_set *set, char text[ROUTES_TEXT])
{
    struct output_buffer buffer;
    char route[16];

    output_buffer_start(&buffer, text, ROUTES_TEXT);
    for (uint32_t i = 0; i < set->message_count; i++) {
        const struct message *message = &set->messages[i];
        size_t length = format_text(route, sizeof(route), " %u:%02x", message->cpu, message->info.vector);
        size_t more = i + 1 < set->message_count ? strlen(ROUTES_MORE) : 0;
        if (buffer.length + length + more >= ROUTES_TEXT) {
            output_format(&buffer.output, ROUTES_MORE);
            return;
        }
        output_format(&buffer.output, "%s", route);
    }
}

static void set_print(struct output *out, const struct message_set *set)
{
    char address[DEVICE_ADDRESS_TEXT], id[10] = "-", routes[ROUTES_TEXT];
    const struct device *device = device_of(set);

    if (!board_device_is(device))
        format_text(id, sizeof(id), "%04x:%04x", device->vendor_id, device->device_id);
    routes_format(set, routes);
    output_format(out, "%s %-9s %-10.10s %-4s %4u of %-4u%s\n", pci_address_format(device->address, address), id,
                  device->driver ? device->driver->name : "-", message_kind_name(set->source->kind), set->message_count,
                  set->source->capacity, routes);
}

void routing_map_print(struct output *out)
{
    uint32_t functions = 0;

    for (const struct message_set *set = message_set_first(); set; set = set->next)
        functions++;
    output_format(out, "\n%-12s %-9s %-10s %-4s %12s %s\n", "function", "id", "driver", "kind", "messages",
                  "cpu:vector");
    for (const struct message_set *set = message_set_first(); set; set = set->next)
        set_print(out, set);
    output_format(out, "%u messages of %u functions on %u CPUs\n\n", message_total(), functions, cpu_online_total());
}
