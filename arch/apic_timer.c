// One-shot clock interrupts.

#include "arch/apic_timer.h"
#include "arch/apic.h"
#include "arch/cpu_registers.h"
#include "arch/time.h"
#include "kernel/irql.h"
#include "kernel/log.h"

enum { CPUID_FEATURES = 1 };
#define CPUID_ECX_TSC_DEADLINE BIT(24)
#define MEASURE_NANOSECONDS    UINT64_C(1000000)

static bool has_tsc_deadline;
static uint64_t ticks_per_millisecond;

enum result apic_timer_initialise(void)
{
    has_tsc_deadline = cpuid_read(CPUID_FEATURES, 0).ecx & CPUID_ECX_TSC_DEADLINE;
    if (has_tsc_deadline)
        return RESULT_OK;
    apic()->write(APIC_TIMER_DIVIDE, APIC_TIMER_DIVIDE_BY_1);
    apic()->write(APIC_TIMER_INITIAL, UINT32_MAX);
    time_spin(MEASURE_NANOSECONDS);
    ticks_per_millisecond = UINT32_MAX - apic()->read(APIC_TIMER_CURRENT);
    apic()->write(APIC_TIMER_INITIAL, 0);
    if (ticks_per_millisecond == 0) {
        log_error("apic timer: does not count");
        return RESULT_FAILED;
    }
    return RESULT_OK;
}

void apic_timer_enable(void)
{
    apic()->write(APIC_TIMER_DIVIDE, APIC_TIMER_DIVIDE_BY_1);
    apic()->write(APIC_LVT_TIMER, VECTOR_CLOCK | (has_tsc_deadline ? (uint32_t)APIC_LVT_TIMER_TSC_DEADLINE : 0));
}

void apic_timer_arm(uint64_t nanoseconds)
{
    uint64_t now = time_nanoseconds();
    uint64_t left = nanoseconds > now ? nanoseconds - now : 0;

    if (left > MEASURE_NANOSECONDS * 1000)
        left = MEASURE_NANOSECONDS * 1000;
    if (has_tsc_deadline) {
        msr_write(MSR_TSC_DEADLINE, time_cycles() + left * (time_frequency() / 1000) / MEASURE_NANOSECONDS + 1);
        return;
    }
    uint64_t ticks = left * ticks_per_millisecond / MEASURE_NANOSECONDS + 1;
    apic()->write(APIC_TIMER_INITIAL, ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks);
}
