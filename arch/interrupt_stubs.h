// What interrupt_stubs.asm emits: one stub a vector from 32 up, and their addresses, for each local APIC mode.
#ifndef ARCH_INTERRUPT_STUBS_H
#define ARCH_INTERRUPT_STUBS_H

#include "kernel/irql.h"

enum { INTERRUPT_STUB_FIRST = 32, INTERRUPT_STUB_COUNT = VECTOR_COUNT - INTERRUPT_STUB_FIRST };

extern const uint64_t interrupt_stub_table_xapic[INTERRUPT_STUB_COUNT];
extern const uint64_t interrupt_stub_table_x2apic[INTERRUPT_STUB_COUNT];

// Counts and returns, without end of interrupt.
extern const char interrupt_stub_spurious[];

#endif
