// Samples of one figure and the line that reports them: the same JSON that Signalbox's own bench command prints.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <linux/types.h>

enum { SAMPLES_CAPACITY = 4096 };

// `lost`: shots that gave no sample because their interrupt did not come at once.
struct samples {
    u32 count, lost;
    u64 values[SAMPLES_CAPACITY];
};

// Answers NULL when memory is short; kvfree() takes it.
struct samples *samples_allocate(void);
void samples_add(struct samples *samples, u64 value);

// Sorts them. 0 without samples.
u64 samples_median(struct samples *samples);

// One JSON object to the kernel log, values in `unit` and divided by `share` (messages in one sample).
void samples_report(struct samples *samples, const char *name, const char *unit, u32 share);

#endif
