// Waiting, with a bound, for a condition that an interrupt changes.
#ifndef KERNEL_CORE_WAIT_H
#define KERNEL_CORE_WAIT_H

#include "kernel/lib/result.h"

#define WAIT_MICROSECONDS(n) (UINT64_C(1000) * (n))
#define WAIT_MILLISECONDS(n) (UINT64_C(1000000) * (n))

// Calls `done` until it is true and sleeps in between; every interrupt ends the sleep. PASSIVE, interrupts on.
// RESULT_TIMEOUT after `nanoseconds`; RESULT_IRQL above DISPATCH: refused, `done` was not called.
MUST_USE enum result wait_until(bool (*done)(void *context), void *context, uint64_t nanoseconds);

// Waits `nanoseconds`; returns at once above DISPATCH.
void wait_pause(uint64_t nanoseconds);

#endif
