// Messages that change their CPU, and CPUs that go.
#ifndef KERNEL_BENCH_BENCH_MOVE_H
#define KERNEL_BENCH_BENCH_MOVE_H

#include "kernel/bench/bench.h"

// One message's move from another CPU to this one, from the call until the old vector is free there. The other CPUs
// sleep; on a clock that counts instructions, those of the old CPU for its drain interrupt are in the figure.
enum result bench_move_retarget(struct bench_run *run);

// The last CPU goes offline with all that is routed to it: from the call until it has stopped. `messages` says how many
// had to move.
enum result bench_move_offline(struct bench_run *run);

#endif
