// What interrupt messages, IOAPIC entries and local vectors have in common.

#include "arch/interrupt/delivery.h"

enum { VECTOR_LOWEST = 0x10, VECTOR_HIGHEST = 0xfe, VECTOR_FIELD = 0xff, DESTINATION_FIELD = 0xff };

static const char *const mode_names[] = {
    [DELIVERY_FIXED] = "fixed", [DELIVERY_LOWEST_PRIORITY] = "lowest", [DELIVERY_SMI] = "smi", [DELIVERY_NMI] = "nmi",
    [DELIVERY_INIT] = "init",   [DELIVERY_EXTINT] = "extint",
};

bool delivery_is_defined(uint32_t code)
{
    return code < ARRAY_COUNT(mode_names) && mode_names[code];
}

bool delivery_takes_vector(enum delivery_mode mode, uint32_t vector)
{
    switch (mode) {
    case DELIVERY_FIXED:
    case DELIVERY_LOWEST_PRIORITY:
        return vector >= VECTOR_LOWEST && vector <= VECTOR_HIGHEST;
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
    return destination.value < DESTINATION_FIELD || (logical && destination.value == DESTINATION_FIELD);
}

const char *delivery_name(enum delivery_mode mode)
{
    return delivery_is_defined(mode) ? mode_names[mode] : "reserved";
}
