// A device as the routing core sees it: what it is called, where it is near to, and what its messages can come from.
// The host's own record of a device holds one of these.
#ifndef KERNEL_CORE_IRQ_DEVICE_H
#define KERNEL_CORE_IRQ_DEVICE_H

#include "kernel/core/message_source.h"

struct message_set;

struct irq_device {
    const char *name;                                   // for what is logged; stays
    const char *user;                                   // who serves it, for traces and listings; NULL: nobody
    uint32_t node;                                      // proximity domain, 0 where nothing says
    struct message_source *sources[MESSAGE_KIND_COUNT]; // NULL where it has none of that kind
    struct message_set *messages;                       // the connected set, NULL while none
    bool is_counted;                                    // irq_device_add()'s own
};

// Tells the core of a device before it connects: while vectors run short, one is kept for each device that was added,
// can signal by MSI or MSI-X, and has no set yet. Its sources stand. A device that is never added can connect as well.
// PASSIVE, one caller at a time.
void irq_device_add(struct irq_device *device);

// Takes it back, for a device that is gone. It has no set. PASSIVE, one caller at a time.
void irq_device_remove(struct irq_device *device);

// Devices that were added and can signal by MSI or MSI-X.
uint32_t irq_device_signalling_total(void);

#endif
