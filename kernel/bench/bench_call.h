// Interrupts a CPU sends itself, and calls put off to the dispatch level.
#ifndef KERNEL_BENCH_BENCH_CALL_H
#define KERNEL_BENCH_BENCH_CALL_H

#include "kernel/bench/bench.h"

// An interrupt between processors sent to oneself: from the call that sends it until the sender sees it was served.
enum result bench_call_self_ipi(struct bench_run *run);

// A deferred call: from queueing it, at PASSIVE, until it has run.
enum result bench_call_deferred(struct bench_run *run);

#endif
