// What interrupt messages, IOAPIC entries and local vectors have in common.

#include "arch/interrupt/delivery.h"

enum { VECTOR_FIELD = 0xff };

bool delivery_is_defined(uint32_t code)
{
    return code <= DELIVERY_EXTINT && code != 3 && code != 6;
}

bool delivery_takes_vector(enum delivery_mode mode, uint32_t vector)
{
    switch (mode) {
    case DELIVERY_FIXED:
    case DELIVERY_LOWEST_PRIORITY:
        return vector >= DELIVERY_VECTOR_LOWEST && vector <= DELIVERY_VECTOR_HIGHEST;
    case DELIVERY_SMI:
        return vector == 0;
    case DELIVERY_NMI:
    case DELIVERY_INIT:
    case DELIVERY_EXTINT:
        return vector <= VECTOR_FIELD;
    default:
        return false;
    }
}

bool delivery_reaches(struct apic_id destination, bool logical)
{
    return destination.value < DELIVERY_EVERYBODY || (logical && destination.value == DELIVERY_EVERYBODY);
}
