// Samples of one figure: sorted once, reported as one line.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "samples.h"
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sort.h>

struct samples *samples_allocate(void)
{
    return kvzalloc(sizeof(struct samples), GFP_KERNEL);
}

void samples_add(struct samples *samples, u64 value)
{
    if (samples->count < SAMPLES_CAPACITY)
        samples->values[samples->count++] = value;
}

static int samples_compare(const void *left, const void *right)
{
    const u64 *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

u64 samples_median(struct samples *samples)
{
    sort(samples->values, samples->count, sizeof(samples->values[0]), samples_compare, NULL);
    return samples->count ? samples->values[samples->count / 2] : 0;
}

void samples_report(struct samples *samples, const char *name, const char *unit, u32 share)
{
    u64 median = samples_median(samples);
    u32 count = samples->count;

    if (!count) {
        pr_err("bench: no sample of %s, %u lost\n", name, samples->lost);
        return;
    }
    pr_info(
        "{\"type\":\"bench\",\"name\":\"%s\",\"unit\":\"%s\",\"count\":%u,\"min\":%llu,\"median\":%llu,\"p99\":%llu,"
        "\"max\":%llu,\"lost\":%u}\n",
        name, unit, count, samples->values[0] / share, median / share, samples->values[count * 99 / 100] / share,
        samples->values[count - 1] / share, samples->lost);
}
