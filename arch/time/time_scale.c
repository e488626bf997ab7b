// Arithmetic of clocks.

#include "arch/time/time_scale.h"

#define NANOSECONDS_PER_SECOND UINT64_C(1000000000)

struct time_scale time_scale_make(uint64_t frequency)
{
    if (frequency == 0)
        return (struct time_scale){0};
    return (struct time_scale){frequency, (NANOSECONDS_PER_SECOND << TIME_SCALE_SHIFT) / frequency};
}

uint64_t time_scale_cycles(struct time_scale scale, uint64_t nanoseconds)
{
    uint64_t whole;
    uint64_t part = nanoseconds % NANOSECONDS_PER_SECOND * scale.frequency / NANOSECONDS_PER_SECOND;
    if (__builtin_mul_overflow(nanoseconds / NANOSECONDS_PER_SECOND, scale.frequency, &whole) ||
        __builtin_add_overflow(whole, part, &whole))
        return UINT64_MAX;
    return whole;
}

uint64_t time_scale_measure(uint64_t cycles, uint64_t reference_ticks, uint64_t reference_frequency)
{
    uint64_t product;
    if (reference_ticks == 0 || __builtin_mul_overflow(cycles, reference_frequency, &product))
        return 0;
    return product / reference_ticks;
}

uint64_t time_scale_median(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t low = a < b ? a : b;
    uint64_t high = a < b ? b : a;
    if (c < low)
        return low;
    return c > high ? high : c;
}

static uint64_t proven_distance(int64_t lowest, int64_t highest)
{
    if (lowest > 0)
        return (uint64_t)lowest;
    return highest < 0 ? (uint64_t)-highest : 0;
}

// The other clock was read somewhere between the boot CPU's two readings, so each sample gives an interval; a constant
// offset lies in all of them.
struct time_offset time_check_offset(const struct time_sample *samples, uint32_t count)
{
    int64_t lowest = INT64_MIN;
    int64_t highest = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        int64_t low = (int64_t)(samples[i].other - samples[i].after);
        int64_t high = (int64_t)(samples[i].other - samples[i].before);
        lowest = low > lowest ? low : lowest;
        highest = high < highest ? high : highest;
    }
    if (lowest <= highest)
        return (struct time_offset){lowest, highest, proven_distance(lowest, highest), true};
    return (struct time_offset){highest, lowest, proven_distance(highest, lowest), false};
}
