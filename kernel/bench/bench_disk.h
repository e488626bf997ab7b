// Reading from a disk that tells by interrupt: what a CPU executes for it, its sleep left out.
#ifndef KERNEL_BENCH_BENCH_DISK_H
#define KERNEL_BENCH_BENCH_DISK_H

#include "kernel/bench/bench.h"

// One read of 4 KiB, from the driver's front door until the block is there. `parameter` 0: those for which the CPU went
// to sleep and the disk's interrupt woke it; 1: those that were answered before it could.
enum result bench_disk_read(struct bench_run *run);

// `parameter` reads in flight together, from the first doorbell until all are answered; per read.
enum result bench_disk_depth(struct bench_run *run);

#endif
