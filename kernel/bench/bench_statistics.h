// Statistics of a set of samples. Pure.
#ifndef KERNEL_BENCH_BENCH_STATISTICS_H
#define KERNEL_BENCH_BENCH_STATISTICS_H

#include "kernel/lib/types.h"

struct bench_statistics {
    uint32_t count;
    uint64_t min;
    uint64_t median; // the lower middle one for an even count
    uint64_t p99;    // 99 of 100 are not above this
    uint64_t max;
};

// Sorts the values. All zeroes when there are none.
struct bench_statistics bench_statistics_of(uint64_t *values, uint32_t count);

#endif
