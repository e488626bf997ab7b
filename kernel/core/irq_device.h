// A device as the routing core sees it: name, proximity domain and message sources. Embedded in the host's own device
// record.
#ifndef KERNEL_CORE_IRQ_DEVICE_H
#define KERNEL_CORE_IRQ_DEVICE_H

#include "kernel/core/message_source.h"

struct message_set;

struct irq_device {
    const char *name;                                   // for the log; must stay valid
    const char *user;                                   // driver name for traces and listings; NULL: none
    uint32_t node;                                      // proximity domain, 0 if unknown
    struct message_source *sources[MESSAGE_KIND_COUNT]; // NULL where it has none of that kind
    struct message_set *messages;                       // the connected set, NULL while none
    bool is_counted;                                    // irq_device_add()'s own
};

// Announces a device, its sources filled in, before it connects: when vectors run short, one is kept for each added
// device with MSI or MSI-X that has no set yet. Optional: a device that was not added can connect. PASSIVE, one caller
// at a time.
void irq_device_add(struct irq_device *device);

// Undoes irq_device_add() for a device that is gone. The device must have no set. PASSIVE, one caller at a time.
void irq_device_remove(struct irq_device *device);

// Number of added devices with a usable MSI or MSI-X source.
uint32_t irq_device_signalling_total(void);

#endif
