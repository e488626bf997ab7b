// Moving a message to another CPU, and taking a CPU offline.
#ifndef KERNEL_BENCH_BENCH_MOVE_H
#define KERNEL_BENCH_BENCH_MOVE_H

#include "kernel/bench/bench.h"

// One move of a message from another CPU to this one, from the call until the old vector is free there. The other CPUs
// sleep; on a clock that counts instructions, the figure includes the old CPU's for its drain interrupt.
enum result bench_move_retarget(struct bench_run *run);

// Taking the last CPU offline with everything routed to it: from the call until it has stopped. `messages`: how many
// were moved.
enum result bench_move_offline(struct bench_run *run);

#endif
