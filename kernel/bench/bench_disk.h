// Reads from a disk by interrupt: what a CPU executes per read, without its sleep.
#ifndef KERNEL_BENCH_BENCH_DISK_H
#define KERNEL_BENCH_BENCH_DISK_H

#include "kernel/bench/bench.h"

// One read of 4 KiB, from the driver's entry point until the block is there. `parameter` 0: reads for which the CPU
// slept until the disk's interrupt; 1: reads answered before it slept.
enum result bench_disk_read(struct bench_run *run);

// `parameter` reads in flight together, from the first doorbell until the last answer; per read.
enum result bench_disk_depth(struct bench_run *run);

#endif
