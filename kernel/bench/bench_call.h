// Interrupts a CPU sends itself, and deferred calls.
#ifndef KERNEL_BENCH_BENCH_CALL_H
#define KERNEL_BENCH_BENCH_CALL_H

#include "kernel/bench/bench.h"

// A self-IPI: from the call that sends it until the sender sees that it was served.
enum result bench_call_self_ipi(struct bench_run *run);

// A deferred call: from queueing it, at PASSIVE, until it has run.
enum result bench_call_deferred(struct bench_run *run);

#endif
