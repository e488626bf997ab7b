// Finding CPUs and vectors for the messages of a set, on connecting.
#ifndef KERNEL_CORE_IRQ_PLACE_H
#define KERNEL_CORE_IRQ_PLACE_H

#include "kernel/core/irq.h"

// Fills the record of every message of the set (policy and band are set already) and publishes its object. MSI-X: each
// message finds its own place, and the set is trimmed to those that did; MSI: the largest aligned block that is free on
// one CPU. Where vectors run short one is kept for each function that has had none yet, so that all get their minimum.
// Adds to `reason` (MESSAGE_REASON_LENGTH bytes) why it is fewer. RESULT_NO_VECTORS, RESULT_UNSUPPORTED: fewer
// than the request's minimum; those placed stay until irq_place_undo().
MUST_USE enum result irq_place(struct vector_matrix *matrix, const struct irq_request *request, struct message_set *set,
                               char *reason);

// Takes the messages from `count` on out of their slots and frees their vectors. Nothing can arrive there.
void irq_place_undo(struct vector_matrix *matrix, struct message_set *set, uint32_t count);

// Adds "TEXT" to a reason, "; " between two.
RARE void irq_reason_add(char *reason, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
