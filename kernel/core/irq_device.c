// The number of devices with MSI or MSI-X.

#include "kernel/core/irq_device.h"

static uint32_t signalling;

static bool is_usable(const struct message_source *source)
{
    return source && !source->refusal;
}

void irq_device_add(struct irq_device *device)
{
    device->is_counted = is_usable(device->sources[MESSAGE_MSIX]) || is_usable(device->sources[MESSAGE_MSI]);
    signalling += device->is_counted;
}

void irq_device_remove(struct irq_device *device)
{
    signalling -= device->is_counted;
    device->is_counted = false;
}

uint32_t irq_device_signalling_total(void)
{
    return signalling;
}
