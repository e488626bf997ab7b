// What interrupt messages, IOAPIC entries and local vectors have in common: delivery mode, vector, 8-bit destination.
#ifndef ARCH_INTERRUPT_DELIVERY_H
#define ARCH_INTERRUPT_DELIVERY_H

#include "kernel/lib/types.h"

// The three-bit code (Intel SDM vol. 3, 11.5.1 and 11.11.2); 3 and 6 are reserved.
enum delivery_mode {
    DELIVERY_FIXED = 0,
    DELIVERY_LOWEST_PRIORITY = 1,
    DELIVERY_SMI = 2,
    DELIVERY_NMI = 4,
    DELIVERY_INIT = 5,
    DELIVERY_EXTINT = 7,
};

enum {
    DELIVERY_VECTOR_LOWEST = 0x10, // with fixed and lowest-priority delivery (SDM: 10H to FEH)
    DELIVERY_VECTOR_HIGHEST = 0xfe,
    DELIVERY_EVERYBODY = 0xff, // physical destination of 8 bits
};

// False for the reserved codes and for anything above three bits.
bool delivery_is_defined(uint32_t code);

// Is the vector valid with this delivery mode? DELIVERY_VECTOR_LOWEST to _HIGHEST with fixed and lowest-priority
// delivery, 0 with SMI, 0..255 with the others, which ignore it.
bool delivery_takes_vector(enum delivery_mode mode, uint32_t vector);

// Does the destination fit an 8-bit field? Not an ID above 255, nor physical ID 255, which is the broadcast.
bool delivery_reaches(struct apic_id destination, bool logical);

#endif
