// Bounded waiting for something an interrupt brings about.
#ifndef KERNEL_CORE_WAIT_H
#define KERNEL_CORE_WAIT_H

#include "kernel/lib/result.h"

#define WAIT_MICROSECONDS(n) (UINT64_C(1000) * (n))
#define WAIT_MILLISECONDS(n) (UINT64_C(1000000) * (n))

// Sleeps between looks at `done`; an interrupt wakes it at once. PASSIVE, interrupts on. RESULT_TIMEOUT after
// `nanoseconds`; RESULT_IRQL above DISPATCH: refused, `done` was not looked at.
MUST_USE enum result wait_until(bool (*done)(void *context), void *context, uint64_t nanoseconds);

// Lets `nanoseconds` pass; none above DISPATCH.
void wait_pause(uint64_t nanoseconds);

#endif
