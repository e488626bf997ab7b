// Times sorted into buckets, eight per power of two: a percentile is right to one eighth. Pure.
#ifndef KERNEL_DIAGNOSE_LATENCY_HISTOGRAM_H
#define KERNEL_DIAGNOSE_LATENCY_HISTOGRAM_H

#include "kernel/lib/types.h"

enum {
    LATENCY_PARTS_LOG2 = 3, // eight buckets a power of two
    LATENCY_PARTS = 1 << LATENCY_PARTS_LOG2,
    LATENCY_POWERS = 40, // longer times than 2^40 ns count as the longest
    LATENCY_BUCKETS = (LATENCY_POWERS - LATENCY_PARTS_LOG2 + 1) * LATENCY_PARTS,
};

// All zeroes: empty.
struct latency_histogram {
    uint64_t count;
    uint64_t minimum;
    uint64_t maximum;
    uint32_t buckets[LATENCY_BUCKETS];
};

void latency_histogram_add(struct latency_histogram *histogram, uint64_t nanoseconds);

// The values that fall into a bucket: from..to, both included.
uint64_t latency_bucket_from(uint32_t bucket);
uint64_t latency_bucket_to(uint32_t bucket);

// The time that `permille` of a thousand do not exceed: the upper end of its bucket, at most the maximum. 0 for an
// empty histogram.
uint64_t latency_histogram_quantile(const struct latency_histogram *histogram, uint32_t permille);

#endif
