// Interrupts through slots nobody owns: counted, ended, and named once per vector.
#ifndef ARCH_UNOWNED_H
#define ARCH_UNOWNED_H

#include "kernel/interrupt.h"

// The object that stands in every free slot of `vector` on any processor; its message_id is the vector.
const struct interrupt *unowned_object(uint32_t vector);

#endif
