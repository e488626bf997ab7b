// Buckets: up to eight one a value, then eight for each doubling.

#include "kernel/diagnose/latency_histogram.h"

static uint32_t bucket_of(uint64_t value)
{
    uint32_t power;

    if (value >= BIT(LATENCY_POWERS))
        return LATENCY_BUCKETS - 1;
    if (value < LATENCY_PARTS)
        return (uint32_t)value;
    power = 63 - (uint32_t)__builtin_clzll(value);
    return (power - LATENCY_PARTS_LOG2) * LATENCY_PARTS + (uint32_t)(value >> (power - LATENCY_PARTS_LOG2));
}

void latency_histogram_add(struct latency_histogram *histogram, uint64_t nanoseconds)
{
    if (histogram->count == 0 || nanoseconds < histogram->minimum)
        histogram->minimum = nanoseconds;
    if (nanoseconds > histogram->maximum)
        histogram->maximum = nanoseconds;
    histogram->count++;
    histogram->buckets[bucket_of(nanoseconds)]++;
}

uint64_t latency_bucket_from(uint32_t bucket)
{
    uint32_t doublings = bucket / LATENCY_PARTS;

    if (doublings <= 1)
        return bucket;
    return (uint64_t)(bucket % LATENCY_PARTS + LATENCY_PARTS) << (doublings - 1);
}

uint64_t latency_bucket_to(uint32_t bucket)
{
    return latency_bucket_from(bucket + 1) - 1;
}

uint64_t latency_histogram_quantile(const struct latency_histogram *histogram, uint32_t permille)
{
    uint64_t wanted = (histogram->count * permille + 999) / 1000, passed = 0;

    for (uint32_t bucket = 0; bucket < LATENCY_BUCKETS; bucket++) {
        passed += histogram->buckets[bucket];
        if (passed >= wanted && passed)
            return latency_bucket_to(bucket) < histogram->maximum ? latency_bucket_to(bucket) : histogram->maximum;
    }
    return 0;
}
