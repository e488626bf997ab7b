// Routing one message: fills in the record, publishes the object, writes the hardware from the record.
#ifndef KERNEL_CORE_ROUTE_H
#define KERNEL_CORE_ROUTE_H

#include "kernel/core/message.h"

// Points the record of a message at (cpu, vector) and publishes its other interrupt object there; the present one stays
// unchanged, since the old slot may still point at it. Does not touch the hardware: record and slot must be ready
// before the source may fire. The vector must be reserved. PASSIVE. RESULT_UNSUPPORTED (host_message_compose): nothing
// has changed.
MUST_USE enum result route_assign(struct message *message, uint32_t cpu, uint32_t vector,
                                  struct group_affinity allowed);

// Writes hardware entry `entry` from a record, reads it back and logs a difference. Leaves the entry masked if the
// hardware can mask it. PASSIVE.
MUST_USE enum result route_program(const struct message *message, uint32_t entry);

// Unmasks entry `entry` if the hardware has a mask bit for it.
MUST_USE enum result route_unmask(const struct message *message, uint32_t entry);

#endif
