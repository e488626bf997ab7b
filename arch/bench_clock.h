// The measurements that take assembly: what bench_clock.asm emits.
#ifndef ARCH_BENCH_CLOCK_H
#define ARCH_BENCH_CLOCK_H

#include "kernel/core/interrupt.h"

// The clock as it was read last at each place; a reading costs the same number of instructions everywhere.
extern uint64_t bench_start, bench_entered, bench_left, bench_end;

// The interrupt object whose routine bench_routine() calls between its readings.
extern const struct interrupt *bench_original;

// Two readings with so many nops between them.
void bench_nothing(void);
void bench_nops_100(void);
void bench_nops_10000(void);

// Rings a doorbell and waits until bench_routine() has returned, `looks` times at most; 0 when it has not.
uint64_t bench_ring(void *doorbell, uint32_t value, uint64_t looks);

// A service routine: clock reading, the original routine, clock reading.
bool bench_routine(const struct interrupt *self);

// Stubs that only call bench_routine() and send the end of interrupt.
extern const char bench_bare_xapic[], bench_bare_x2apic[];

#endif
