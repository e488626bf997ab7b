// The local APIC's timer, one shot at a time: what ends a sleep. Intel SDM vol. 3, 11.5.4.
#ifndef ARCH_APIC_APIC_TIMER_H
#define ARCH_APIC_APIC_TIMER_H

#include "kernel/lib/result.h"

// Chooses TSC-deadline mode where there is one, else measures the timer against the TSC for 1 ms. RESULT_FAILED: the
// timer does not count; logged. Boot CPU, after time_initialise() and apic_enable().
MUST_USE enum result apic_timer_initialise(void);

// Programs the calling processor's timer entry; until then it is masked. Interrupts off.
void apic_timer_enable(void);

// One clock interrupt on the calling processor at or shortly after `nanoseconds` on the clock of time.h, which stood at
// `now_cycles` a moment ago; replaces the one before. A time already past interrupts at once. Any IRQL.
void apic_timer_arm(uint64_t nanoseconds, uint64_t now_cycles);

#endif
