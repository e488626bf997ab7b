// What a measurement needs of the machine. arch/bench.c defines it.
#ifndef KERNEL_BENCH_BENCH_HOST_H
#define KERNEL_BENCH_BENCH_HOST_H

#include "kernel/bench/bench_trial.h"
#include "kernel/lib/result.h"

// Makes one measurement and takes its clock readings. The service routine in the vector's slot runs, called by a
// routine that reads the clock; slot and IDT are restored on return. Interrupts on, below the vector's level, one trial
// at a time. RESULT_TIMEOUT: the message did not arrive within about a second.
MUST_USE enum result bench_host_measure(struct bench_trial *trial);

#endif
