// Sorts and picks by rank.

#include "kernel/bench/bench_statistics.h"

static void swap(uint64_t *left, uint64_t *right)
{
    uint64_t kept = *left;

    *left = *right;
    *right = kept;
}

// Sifts the value at `at` down until none of its children in values[0..count) is larger.
static void sink(uint64_t *values, uint32_t at, uint32_t count)
{
    for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && values[child + 1] > values[child])
            child++;
        if (values[at] >= values[child])
            return;
        swap(&values[at], &values[child]);
        at = child;
    }
}

// Heap sort: no recursion, n log n for every order.
static void sort(uint64_t *values, uint32_t count)
{
    for (uint32_t i = count / 2; i-- > 0;)
        sink(values, i, count);
    for (uint32_t last = count; last-- > 1;) {
        swap(&values[0], &values[last]);
        sink(values, 0, last);
    }
}

// The smallest value that so many hundredths are not above.
static uint64_t percentile(const uint64_t *values, uint32_t count, uint32_t hundredths)
{
    uint64_t rank = ((uint64_t)count * hundredths + 99) / 100;

    return values[rank - 1];
}

struct bench_statistics bench_statistics_of(uint64_t *values, uint32_t count)
{
    if (count == 0)
        return (struct bench_statistics){0};
    sort(values, count);
    return (struct bench_statistics){
        .count = count,
        .min = values[0],
        .median = percentile(values, count, 50),
        .p99 = percentile(values, count, 99),
        .max = values[count - 1],
    };
}
