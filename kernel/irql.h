// Interrupt request levels, and the vector map derived from them: one row of 16 vectors per level.
// A level is the priority class of the local APIC (Intel SDM vol. 3, 11.8.3) and the value in CR8.
#ifndef KERNEL_IRQL_H
#define KERNEL_IRQL_H

#include "kernel/types.h"

enum irql {
    IRQL_PASSIVE = 0,
    IRQL_APC = 1, // unused: its row is the processor's own exceptions
    IRQL_DISPATCH = 2,
    IRQL_DEVICE_LOWEST = 3,
    IRQL_DEVICE_HIGHEST = 11,
    IRQL_LEGACY = 12, // where the masked 8259 pair would land, so that a stray one is recognised
    IRQL_CLOCK = 13,
    IRQL_IPI = 14,
    IRQL_HIGH = 15,
    IRQL_COUNT
};

enum {
    VECTOR_COUNT = 256,
    VECTOR_ROW = 16, // vectors per level
    VECTOR_DISPATCH = IRQL_DISPATCH * VECTOR_ROW,
    VECTOR_DRAIN,
    VECTOR_DEVICE_FIRST = IRQL_DEVICE_LOWEST * VECTOR_ROW,
    VECTOR_DEVICE_COUNT = (IRQL_DEVICE_HIGHEST - IRQL_DEVICE_LOWEST + 1) * VECTOR_ROW,
    VECTOR_LEGACY = IRQL_LEGACY * VECTOR_ROW,
    VECTOR_CLOCK = IRQL_CLOCK * VECTOR_ROW,
    VECTOR_IPI_WAKE = IRQL_IPI * VECTOR_ROW,
    VECTOR_IPI_STOP,
    VECTOR_ERROR = IRQL_HIGH * VECTOR_ROW,
    VECTOR_SPURIOUS = VECTOR_COUNT - 1, // low four bits set, as the oldest local APICs insist
};
_Static_assert((int)VECTOR_DEVICE_FIRST + (int)VECTOR_DEVICE_COUNT == (int)VECTOR_LEGACY, "rows follow one another");

// The level a vector is taken at.
static inline enum irql irql_of_vector(uint32_t vector)
{
    return (enum irql)(vector / VECTOR_ROW);
}

// The level this CPU runs at now: the higher of CR8 and the interrupt in service. Any caller.
enum irql irql_current(void);

#endif
