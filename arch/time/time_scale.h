// Arithmetic of clocks: cycles to nanoseconds and back, and how far two clocks may be apart. Pure.
#ifndef ARCH_TIME_TIME_SCALE_H
#define ARCH_TIME_TIME_SCALE_H

#include "kernel/lib/types.h"

enum { TIME_SCALE_SHIFT = 32 };

// A frequency, and the multiplier that turns cycles into nanoseconds: ns = cycles * multiplier / 2^TIME_SCALE_SHIFT.
struct time_scale {
    uint64_t frequency; // Hz; 0: not known yet, every conversion answers 0
    uint64_t multiplier;
};

struct time_scale time_scale_make(uint64_t frequency);

// The product needs more than 64 bits after seconds; the result in 64 bits lasts 500 years.
static inline uint64_t time_scale_nanoseconds(struct time_scale scale, uint64_t cycles)
{
    return (uint64_t)((unsigned __int128)cycles * scale.multiplier >> TIME_SCALE_SHIFT);
}

uint64_t time_scale_cycles(struct time_scale scale, uint64_t nanoseconds); // the largest value where it overflows

// cycles * reference_frequency / reference_ticks in Hz; 0 when a figure makes no sense.
uint64_t time_scale_measure(uint64_t cycles, uint64_t reference_ticks, uint64_t reference_frequency);
uint64_t time_scale_median(uint64_t a, uint64_t b, uint64_t c);

// Three readings in this order: the boot CPU's clock, the other CPU's, the boot CPU's again.
struct time_sample {
    uint64_t before;
    uint64_t other;
    uint64_t after;
};

// The other clock minus the boot CPU's, in cycles, lies in lowest..highest.
struct time_offset {
    int64_t lowest;
    int64_t highest;
    uint64_t proven; // cycles they are apart at least; 0: they cannot be told apart
    bool consistent; // false: no constant offset explains the samples; lowest and highest are then the extremes
};

// `count` at least 1.
struct time_offset time_check_offset(const struct time_sample *samples, uint32_t count);

#endif
