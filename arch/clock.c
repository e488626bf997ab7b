// The kernel's raw clock is the time-stamp counter.

#include "kernel/runtime/clock.h"
#include "arch/processor.h"
#include "arch/time/time.h"

uint64_t clock_cycles(void)
{
    return time_cycles();
}

uint64_t clock_nanoseconds_at(uint64_t cycles)
{
    return time_nanoseconds_at(cycles);
}

uint64_t clock_frequency(void)
{
    return time_frequency();
}

uint64_t clock_idle_since(void)
{
    return processor_idle_since();
}

uint64_t clock_waited(void)
{
    return processor_waited();
}
