// Moving live messages to another CPU while traffic flows, nothing lost and nothing twice.
//
// The order, and what breaks otherwise:
//   reserve  vectors on the new CPU, or two messages share a slot;
//   publish  the objects in the new slots, or the first message that goes there finds nobody;
//   mask     the entry, or a half-written one sends the new address with the old data;
//   write    address and data, and read back, or messages sent before are still on their way when the drain begins;
//   unmask   or what was due meanwhile waits for ever;
//   drain    the old CPU takes an interrupt of the lowest priority: whatever had reached it has been served;
//   free     the old slots and vectors.
// An MSI that cannot be masked moves by two single writes, data then address, and the slots of the pair in between (old
// CPU, new vectors) are published as well. A move that the hardware refuses half-way is taken back by the same order.
#ifndef KERNEL_CORE_RETARGET_H
#define KERNEL_CORE_RETARGET_H

#include "kernel/core/message.h"

struct vector_matrix;

// Moves a message, and with it the whole block of an MSI device, to `cpu` and records the set it is allowed on. The
// vector comes from the set's rows while they have room. When this returns RESULT_OK the old vectors are free. Boot
// CPU, PASSIVE, interrupts on. RESULT_NO_VECTORS: the new CPU has no room; RESULT_UNSUPPORTED: no message can reach it;
// RESULT_MISMATCH, RESULT_GONE: the hardware refused and the message is where it was; RESULT_NO_MEMORY; in all these
// nothing has changed, but for a new place that did not drain after hardware refused. RESULT_TIMEOUT: moved, but the
// old CPU did not drain: its slots stay live, and the next move tries again; RESULT_BUSY: it is still so.
MUST_USE enum result retarget_message(struct vector_matrix *matrix, struct message *message, uint32_t cpu,
                                      struct group_affinity allowed);

// Tries again to drain and free what earlier moves of a message, or of its MSI block, have left. RESULT_OK also when
// there is nothing; RESULT_BUSY: a CPU still does not drain. As above.
MUST_USE enum result retarget_settle(struct vector_matrix *matrix, struct message *message);

#endif
