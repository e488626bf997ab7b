// One interrupt message, from the doorbell's store to the interrupted code's next instruction.
#ifndef KERNEL_BENCH_BENCH_MESSAGE_H
#define KERNEL_BENCH_BENCH_MESSAGE_H

#include "kernel/bench/bench.h"

// The store, and what follows up to the first instruction of the service routine.
enum result bench_message_entry(struct bench_run *run);

// The routine's return, and what follows up to the interrupted code's next instruction.
enum result bench_message_exit(struct bench_run *run);

// Their sum.
enum result bench_message_round_trip(struct bench_run *run);

// The sum on a vector that does the least there is.
enum result bench_message_floor(struct bench_run *run);

// The sum inside the service routine of a lower level.
enum result bench_message_nested(struct bench_run *run);

// The sum, by MSI-X; the others are by MSI where the machine has a device for it.
enum result bench_message_msix(struct bench_run *run);

// The sum through the stubs that record entry and exit, into a ring of the benchmark's own: what was traced before
// stays.
enum result bench_message_traced(struct bench_run *run);

#endif
