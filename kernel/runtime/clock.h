// The raw clock under host_nanoseconds(), for measurements. arch/clock.c defines it.
#ifndef KERNEL_RUNTIME_CLOCK_H
#define KERNEL_RUNTIME_CLOCK_H

#include "kernel/lib/types.h"

// The clock (TSC) and its frequency in Hz: cycles, or instructions under QEMU's -icount shift=0. Any IRQL.
uint64_t clock_cycles(void);
uint64_t clock_frequency(void);

// Converts a reading of clock_cycles(), taken since kernel entry, to host_nanoseconds().
uint64_t clock_nanoseconds_at(uint64_t cycles);

// Cycle count at which the calling CPU began its present sleep, for an interrupt that ends the sleep. 0: not sleeping.
// Any IRQL.
uint64_t clock_idle_since(void);

// Cycles the calling CPU has spent in host_idle() or waiting for hardware since kernel entry. Any IRQL.
uint64_t clock_waited(void);

#endif
