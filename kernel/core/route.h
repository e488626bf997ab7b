// One message's way to a CPU: the record filled in, the slot published, the hardware written from the record.
#ifndef KERNEL_CORE_ROUTE_H
#define KERNEL_CORE_ROUTE_H

#include "kernel/core/message.h"

// Points the record of a message at (cpu, vector) and publishes its other interrupt object there; the one in use so far
// stays as it is, for the slot that may still point at it. The hardware is not touched: everything is ready before the
// source may fire. The vector is reserved for it. PASSIVE. RESULT_UNSUPPORTED (host_message_compose): nothing has
// changed.
MUST_USE enum result route_assign(struct message *message, uint32_t cpu, uint32_t vector,
                                  struct group_affinity allowed);

// Writes hardware entry `entry` from a record, with read-back, and logs what did not stick. It is left masked where the
// hardware can mask it. PASSIVE.
MUST_USE enum result route_program(const struct message *message, uint32_t entry);

// Unmasks entry `entry` where the hardware has a mask for it.
MUST_USE enum result route_unmask(const struct message *message, uint32_t entry);

#endif
