// What interrupt_stubs.asm emits: one stub a vector from 32 up for each local APIC mode, plain and traced.
#ifndef ARCH_INTERRUPT_INTERRUPT_STUBS_H
#define ARCH_INTERRUPT_INTERRUPT_STUBS_H

#include "kernel/core/irql.h"

enum {
    INTERRUPT_STUB_FIRST = 32,
    INTERRUPT_STUB_COUNT = VECTOR_COUNT - INTERRUPT_STUB_FIRST,
    INTERRUPT_TRACED_STUB_SIZE = 16,
    INTERRUPT_LEGACY_STUB_SIZE = 16,
};

// The addresses of the plain stubs.
extern const uint64_t interrupt_stub_table_xapic[INTERRUPT_STUB_COUNT];
extern const uint64_t interrupt_stub_table_x2apic[INTERRUPT_STUB_COUNT];

// The traced stubs themselves: they record entry and exit in this processor's ring (kernel/trace/trace_ring.h), which
// must be allocated before an IDT with these stubs is loaded.
extern const char interrupt_traced_stubs_xapic[INTERRUPT_STUB_COUNT][INTERRUPT_TRACED_STUB_SIZE];
extern const char interrupt_traced_stubs_x2apic[INTERRUPT_STUB_COUNT][INTERRUPT_TRACED_STUB_SIZE];

// The spurious vector's and those of the 8259 pair's row: they may come without being in service (arrival.h).
extern const char interrupt_stub_spurious[];
extern const char interrupt_stubs_legacy[VECTOR_ROW][INTERRUPT_LEGACY_STUB_SIZE];

#endif
