// The vectors of the kernel's own interrupts, beside the devices' rows of kernel/core/irql.h.
#ifndef KERNEL_RUNTIME_VECTORS_H
#define KERNEL_RUNTIME_VECTORS_H

#include "kernel/core/irql.h"

enum {
    VECTOR_DISPATCH = IRQL_DISPATCH * VECTOR_ROW,
    VECTOR_DRAIN,
    VECTOR_LINE_PROBE,                        // an interrupt line under test
    VECTOR_LEGACY = IRQL_LEGACY * VECTOR_ROW, // base of the masked 8259 pair, to recognise its spurious interrupts
    VECTOR_CLOCK = IRQL_CLOCK * VECTOR_ROW,
    VECTOR_IPI_WAKE = IRQL_IPI * VECTOR_ROW,
    VECTOR_IPI_STOP,
    VECTOR_IPI_CALL,
    VECTOR_ERROR = IRQL_HIGH * VECTOR_ROW,
    VECTOR_SPURIOUS = VECTOR_COUNT - 1, // low four bits set, as P6-family local APICs require
};
_Static_assert((int)VECTOR_LEGACY == (int)VECTOR_DEVICE_END, "rows follow one another");

#endif
