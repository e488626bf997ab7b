// One interrupt message, from the doorbell's store to the interrupted code's next instruction.
#ifndef KERNEL_BENCH_BENCH_MESSAGE_H
#define KERNEL_BENCH_BENCH_MESSAGE_H

#include "kernel/bench/bench.h"

// From the store to the first instruction of the service routine.
enum result bench_message_entry(struct bench_run *run);

// From the routine's return to the interrupted code's next instruction.
enum result bench_message_exit(struct bench_run *run);

// Their sum.
enum result bench_message_round_trip(struct bench_run *run);

// The sum on a vector with a minimal handler.
enum result bench_message_floor(struct bench_run *run);

// The sum when the service routine of a lower level is interrupted.
enum result bench_message_nested(struct bench_run *run);

// The sum by MSI-X; the other figures use MSI where a device has it.
enum result bench_message_msix(struct bench_run *run);

// The sum through the tracing stubs, into a ring of the benchmark's own: earlier trace records are kept.
enum result bench_message_traced(struct bench_run *run);

#endif
