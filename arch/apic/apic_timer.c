// One-shot clock interrupts.

#include "arch/apic/apic_timer.h"
#include "arch/apic/apic.h"
#include "arch/cpu_registers.h"
#include "arch/time/time.h"
#include "kernel/core/irql.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/vectors.h"

#define CPUID_ECX_TSC_DEADLINE BIT(24)
#define MEASURE_NANOSECONDS    UINT64_C(1000000)
#define LONGEST_NANOSECONDS    UINT64_C(1000000000)
#define SCALE_SHIFT            32
#define WINDOWS                3

static bool has_tsc_deadline;
static uint64_t
    ticks_scale; // of the timer, or of the TSC where its deadline is set: ticks = nanoseconds * scale / 2^32

static uint64_t scale_of(uint64_t ticks, uint64_t nanoseconds)
{
    return (ticks << SCALE_SHIFT) / nanoseconds;
}

// The shortest of the measured windows is used: an SMI or the host's scheduler may part the two clock readings in a
// longer one.
static void scale_measure(void)
{
    uint64_t shortest = UINT64_MAX;

    for (uint32_t i = 0; i < WINDOWS; i++) {
        uint64_t start = time_nanoseconds();
        apic()->write(APIC_TIMER_INITIAL, UINT32_MAX);
        time_spin(MEASURE_NANOSECONDS);
        uint64_t ticks = UINT32_MAX - apic()->read(APIC_TIMER_CURRENT), nanoseconds = time_nanoseconds() - start;
        if (nanoseconds >= shortest)
            continue;
        shortest = nanoseconds;
        ticks_scale = scale_of(ticks, nanoseconds);
    }
}

enum result apic_timer_initialise(void)
{
    has_tsc_deadline = cpuid_read(CPUID_FEATURES, 0).ecx & CPUID_ECX_TSC_DEADLINE;
    if (has_tsc_deadline) {
        ticks_scale = scale_of(time_frequency() / 1000, MEASURE_NANOSECONDS);
        return RESULT_OK;
    }
    apic()->write(APIC_TIMER_DIVIDE, APIC_TIMER_DIVIDE_BY_1);
    scale_measure();
    apic()->write(APIC_TIMER_INITIAL, 0);
    if (ticks_scale == 0) {
        log_error("apic timer: does not count");
        return RESULT_FAILED;
    }
    return RESULT_OK;
}

void apic_timer_enable(void)
{
    apic()->write(APIC_TIMER_DIVIDE, APIC_TIMER_DIVIDE_BY_1);
    apic()->write(APIC_LVT_TIMER, VECTOR_CLOCK | (has_tsc_deadline ? (uint32_t)APIC_LVT_TIMER_TSC_DEADLINE : 0));
    // In xAPIC mode nothing else orders this write to memory before the first one to the deadline register, which would
    // be lost (SDM 11.5.4.1).
    if (has_tsc_deadline)
        cpu_fence();
}

void apic_timer_arm(uint64_t nanoseconds, uint64_t now_cycles)
{
    uint64_t now = time_nanoseconds_at(now_cycles);
    uint64_t left = nanoseconds > now ? nanoseconds - now : 0;

    if (left > LONGEST_NANOSECONDS)
        left = LONGEST_NANOSECONDS;
    uint64_t ticks = (uint64_t)((unsigned __int128)left * ticks_scale >> SCALE_SHIFT) + 1;
    if (has_tsc_deadline)
        msr_write(MSR_TSC_DEADLINE, now_cycles + ticks);
    else
        apic()->write(APIC_TIMER_INITIAL, ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks);
}
