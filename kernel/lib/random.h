// Pseudo-random numbers, reproducible from the seed. Pure.
#ifndef KERNEL_LIB_RANDOM_H
#define KERNEL_LIB_RANDOM_H

#include "kernel/lib/types.h"

struct random {
    uint64_t state;
};

// Any seed, 0 included.
void random_start(struct random *random, uint64_t seed);

uint64_t random_next(struct random *random);

// 0 to bound - 1; `bound` is at least 1.
uint32_t random_below(struct random *random, uint32_t bound);

#endif
