// Timers of fixed frequency, to measure the time-stamp counter against.
#ifndef ARCH_TIME_TIME_REFERENCE_H
#define ARCH_TIME_TIME_REFERENCE_H

#include "arch/time/time.h"

// Measures once, over about 5 ms. Interrupts off. RESULT_NOT_FOUND: no such timer; RESULT_TIMEOUT: it does not count.
MUST_USE enum result time_reference_pm_timer(const struct time_sources *sources, uint64_t *frequency);
MUST_USE enum result time_reference_8254(const struct time_sources *sources, uint64_t *frequency);

// What CPUID says (leaf 0x15, Intel SDM vol. 3, 19.7.3); RESULT_NOT_FOUND when it does not give every figure.
MUST_USE enum result time_reference_cpuid(const struct time_sources *sources, uint64_t *frequency);

#endif
