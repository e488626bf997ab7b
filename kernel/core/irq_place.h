// Finding CPUs and vectors for the messages of a set, on connecting.
#ifndef KERNEL_CORE_IRQ_PLACE_H
#define KERNEL_CORE_IRQ_PLACE_H

#include "kernel/core/irq.h"

// Fills the record of every message of the set (policy and band are set already) and publishes its object. MSI-X: one
// place per message, the set trimmed to the messages placed. MSI: the largest aligned block free on one CPU. When
// vectors run short, one is kept for each device of irq_device_add() without a set. Adds the cause of a smaller grant
// to `reason` (MESSAGE_REASON_LENGTH bytes). RESULT_NO_VECTORS, RESULT_UNSUPPORTED: fewer than the request's minimum;
// messages placed stay until irq_place_undo().
MUST_USE enum result irq_place(struct vector_matrix *matrix, const struct irq_request *request, struct message_set *set,
                               char *reason);

// Empties the slots of the messages from `count` on and frees their vectors. Only while nothing can arrive there.
void irq_place_undo(struct vector_matrix *matrix, struct message_set *set, uint32_t count);

// Appends a formatted text to a reason, separated by "; ".
RARE void irq_reason_add(char *reason, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
