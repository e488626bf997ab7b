// Moving live messages to another CPU under traffic: none lost, none delivered twice.
//
// The order, and the failure it prevents:
//   reserve  vectors on the new CPU, or else two messages share a slot;
//   publish  the objects in the new slots, or else the first message there is unowned;
//   mask     the entry, or else the device may combine the new address with the old data;
//   write    address and data, and read back, or else earlier messages may be in flight when the drain begins;
//   unmask   or else messages pending meanwhile are never sent;
//   drain    the old CPU: it takes the drain interrupt after all device interrupts that had reached it;
//   free     the old slots and vectors.
// An MSI that cannot be masked moves by two single writes, data then address, and the slots of the pair in between (old
// CPU, new vectors) are published as well. A move that the hardware refuses half-way is undone in the same order.
#ifndef KERNEL_CORE_RETARGET_H
#define KERNEL_CORE_RETARGET_H

#include "kernel/core/message.h"

struct vector_matrix;

// Moves a message, and with it the whole block of an MSI device, to `cpu` and records the set it is allowed on. The
// vector is of the set's rows while these have room. On RESULT_OK the old vectors are free. Boot CPU, PASSIVE,
// interrupts on. RESULT_NO_VECTORS: the new CPU has no room; RESULT_UNSUPPORTED: no message can reach it;
// RESULT_MISMATCH, RESULT_GONE: the hardware refused, the message stays; RESULT_NO_MEMORY. After each of these nothing
// has changed, except that after a refusal the new place may stay undrained. RESULT_TIMEOUT: moved, but the old CPU did
// not drain: its slots stay live until a later move drains it; RESULT_BUSY: an earlier move's CPU still does not drain.
MUST_USE enum result retarget_message(struct vector_matrix *matrix, struct message *message, uint32_t cpu,
                                      struct group_affinity allowed);

// Drains and frees undrained old places of a message or its MSI block. RESULT_OK: none are left; RESULT_BUSY: a CPU
// still does not drain. Boot CPU, PASSIVE, interrupts on.
MUST_USE enum result retarget_settle(struct vector_matrix *matrix, struct message *message);

#endif
