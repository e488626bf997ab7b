// Does the host keep its promises? A device of the core's own, whose messages are interrupts sent between CPUs, goes
// through connecting, delivery, moving and disconnecting. Whoever lifts the core runs this before anything else.
#ifndef KERNEL_CORE_CORE_SELFTEST_H
#define KERNEL_CORE_CORE_SELFTEST_H

#include "kernel/core/host.h"

struct core_selftest {
    uint32_t kept;      // promises that were tried, and held
    uint32_t not_tried; // those that need a second CPU, where there is none
    const char *broken; // the first that did not hold; NULL: none
    uint32_t cpu;       // where that was
};

// Tries, on the calling CPU and on the lowest other one that is online:
//   a slot's interrupt is counted once, before the routine; the routine gets the object that was published, on its CPU,
//   at the level of its vector, and its own message does not interrupt it;
//   an interrupt that is pending ends a sleep at once;
//   disconnecting waits for a routine that is slow;
//   a move loses nothing of what is sent meanwhile.
// Takes about 30 ms. PASSIVE, interrupts on, one caller at a time, after core_cpu_join(). RESULT_OK: all that was tried
// held; RESULT_FAILED: `broken` did not; else what connecting or moving answered.
MUST_USE enum result core_selftest(struct core_selftest *test);

#endif
