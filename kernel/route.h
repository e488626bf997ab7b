// One message's way to a CPU: the record filled in, the slot published, the hardware written from the record.
#ifndef KERNEL_ROUTE_H
#define KERNEL_ROUTE_H

#include "kernel/message.h"

// Points the record of a message at (cpu, vector) and publishes its interrupt object there. The hardware is not
// touched: everything is ready before the source may fire. The vector is reserved for it. PASSIVE. RESULT_UNSUPPORTED
// (port_message_compose).
MUST_USE enum result route_assign(struct message *message, uint32_t cpu, uint32_t vector,
                                  struct group_affinity allowed);

// Writes one hardware entry from a record, masked, with read-back, and logs what did not stick. PASSIVE.
MUST_USE enum result route_program(const struct message *message, uint32_t entry);

// Takes the object out of the slot. The caller knows that nothing arrives there any more, and frees the vector.
// PASSIVE.
void route_withdraw(struct message *message);

#endif
