// Binding drivers to functions.

#include "kernel/driver_bind.h"
#include "kernel/irq.h"
#include "kernel/log.h"

static void bind(struct device *device, const struct driver *const *drivers)
{
    char text[DEVICE_ADDRESS_TEXT];

    for (; *drivers; drivers++) {
        if (!(*drivers)->matches(device))
            continue;
        device->driver = *drivers;
        enum result result = (*drivers)->start(device);
        if (result == RESULT_OK)
            return;
        log_error("%s: driver %s did not start: %s", pci_address_format(device->address, text), (*drivers)->name,
                  result_name(result));
        device->driver = NULL;
        return;
    }
}

void driver_bind_all(const struct driver *const *drivers)
{
    device_for_each (device)
        bind(device, drivers);
}

// The stub has counted already.
static bool unclaimed_routine(const struct interrupt *self)
{
    return false;
}

static uint32_t capacity_of(const struct device *device)
{
    for (uint32_t kind = 0; kind < MESSAGE_LINE; kind++)
        if (device->sources[kind] && !device->sources[kind]->refusal)
            return device->sources[kind]->capacity;
    return 0;
}

void driver_bind_unclaimed(void)
{
    device_for_each (device) {
        struct irq_grant grant;
        uint32_t maximum = cpu_online_total(), capacity = capacity_of(device);
        if (device->messages || capacity == 0)
            continue;
        struct irq_request request = {
            .device = device,
            .routine = unclaimed_routine,
            .minimum = 1,
            .maximum = capacity < maximum ? capacity : maximum,
            .silent = true,
        };
        // irq_connect() has logged why not; the function stays visible without messages.
        if (irq_connect(&request, &grant) != RESULT_OK)
            continue;
    }
}
