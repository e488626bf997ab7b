// Binding drivers to functions.

#include "kernel/inventory/driver_bind.h"
#include "kernel/core/irq.h"
#include "kernel/inventory/line_route.h"
#include "kernel/runtime/log.h"

static uint32_t disabled_kinds;

static bool kind_is_usable(const struct device *device, uint32_t kind)
{
    const struct message_source *source = device->irq.sources[kind];

    return source && !source->refusal && !(disabled_kinds & BIT(kind));
}

static uint32_t message_capacity(const struct device *device)
{
    for (uint32_t kind = 0; kind < MESSAGE_LINE; kind++)
        if (kind_is_usable(device, kind))
            return device->irq.sources[kind]->capacity;
    return 0;
}

// A line is measured only for a device without messages. For a device with neither, irq_connect() logs the reason.
static void line_prepare(struct device *device)
{
    if (message_capacity(device) == 0)
        (void)!line_route_find(device);
}

static void bind(struct device *device, const struct driver *const *drivers)
{
    char text[DEVICE_ADDRESS_TEXT];

    for (; *drivers; drivers++) {
        if (!(*drivers)->matches(device))
            continue;
        device->driver = *drivers;
        device->irq.user = (*drivers)->name;
        line_prepare(device);
        enum result result = (*drivers)->start(device);
        if (result == RESULT_OK)
            return;
        log_error("%s: driver %s did not start: %s", pci_address_format(device->address, text), (*drivers)->name,
                  result_name(result));
        device->driver = NULL;
        device->irq.user = NULL;
        return;
    }
}

void driver_bind_all(const struct driver *const *drivers, uint32_t kinds_switched_off)
{
    disabled_kinds = kinds_switched_off;
    device_for_each (device)
        bind(device, drivers);
}

// Nothing to do: the stub counts.
static bool unclaimed_routine(const struct interrupt *self)
{
    return false;
}

void driver_bind_unclaimed(void)
{
    device_for_each (device) {
        struct irq_grant grant;
        uint32_t maximum = cpu_online_total(), capacity = message_capacity(device);
        if (device->irq.messages || capacity == 0)
            continue;
        struct irq_request request = {
            .device = &device->irq,
            .routine = unclaimed_routine,
            .minimum = 1,
            .maximum = capacity < maximum ? capacity : maximum,
            .silent = true,
        };
        // irq_connect() has logged the reason; the function stays visible without messages.
        if (irq_connect(&request, &grant) != RESULT_OK)
            continue;
    }
}
