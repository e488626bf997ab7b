// Interrupts through free slots: counted, ended, and logged once per vector.
#ifndef ARCH_INTERRUPT_UNOWNED_H
#define ARCH_INTERRUPT_UNOWNED_H

#include "kernel/core/interrupt.h"

extern struct interrupt unowned_objects[VECTOR_COUNT];

// The object that stands in every free slot of `vector` on any processor; its message_id is the vector. Any IRQL.
static inline const struct interrupt *unowned_object(uint32_t vector)
{
    return &unowned_objects[vector];
}

// Fills them in. Before the first slot.
void unowned_prepare(void);

#endif
