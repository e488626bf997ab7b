// The interrupt object: a slot points at it and the stub calls its routine. Immutable once published.
#ifndef KERNEL_CORE_INTERRUPT_H
#define KERNEL_CORE_INTERRUPT_H

#include "kernel/core/irql.h"

struct interrupt;
struct message;

// A service routine runs on the CPU that took the message, at the message's IRQL, interrupts enabled; the local APIC
// holds off its own level and below. It must clear its device's cause and return. True: its device had an interrupt
// pending; used by shared lines and traces only.
typedef bool service_routine(const struct interrupt *self);

struct interrupt {
    service_routine *routine; // first: the stub calls through it
    void *context;            // the driver's own
    uint32_t message_id;      // index of the message within its device
    enum irql irql;
    uint32_t number;         // the message's irq number; 0: its vector is its number
    struct message *message; // the record it serves; NULL for the system's own vectors
    service_routine
        *service; // the driver's, where `routine` takes the set's lock around it (kernel/core/interrupt_lock.h)
    const char *name;
};

#endif
