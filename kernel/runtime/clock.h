// The raw clock below host_nanoseconds(), for what measures. arch/clock.c defines it.
#ifndef KERNEL_RUNTIME_CLOCK_H
#define KERNEL_RUNTIME_CLOCK_H

#include "kernel/lib/types.h"

// The clock (TSC) and its frequency in Hz: cycles, or instructions under QEMU's -icount shift=0. Any IRQL.
uint64_t clock_cycles(void);
uint64_t clock_frequency(void);

// host_nanoseconds() as it was when clock_cycles() read `cycles`; not before the kernel was entered.
uint64_t clock_nanoseconds_at(uint64_t cycles);

// When the CPU that calls began the sleep it is in, in cycles: what an interrupt that ends a sleep can ask. 0: it does
// not sleep. Any IRQL.
uint64_t clock_idle_since(void);

// Cycles the CPU that calls has waited since the kernel was entered, by host_idle() or for hardware. Any IRQL.
uint64_t clock_waited(void);

#endif
