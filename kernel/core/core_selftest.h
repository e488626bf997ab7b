// Checks the host functions: a device of the core's own, whose messages are interrupts sent between CPUs, is connected,
// fired, moved and disconnected. Run it first in a new host.
#ifndef KERNEL_CORE_CORE_SELFTEST_H
#define KERNEL_CORE_CORE_SELFTEST_H

#include "kernel/core/host.h"

struct core_selftest {
    uint32_t kept;      // promises tried and held
    uint32_t not_tried; // promises that need a second CPU, with only one online
    const char *broken; // the first promise that failed; NULL: none
    uint32_t cpu;       // CPU on which it failed
};

// Tries, on the calling CPU and on the lowest other one that is online:
//   a slot's interrupt is counted once, before the routine; the routine gets the object that was published, on its CPU,
//   at the level of its vector, and its own message does not interrupt it;
//   an interrupt that is pending ends a sleep at once;
//   disconnecting waits for a routine that is slow;
//   a move loses no message sent while it runs.
// Takes about 30 ms. PASSIVE, interrupts on, one caller at a time, after core_cpu_join(). RESULT_OK: every promise
// tried was held; RESULT_FAILED: see `broken`;
// RESULT_UNSUPPORTED: every kind of message is switched off; else the result of connecting or moving.
MUST_USE enum result core_selftest(struct core_selftest *test);

#endif
