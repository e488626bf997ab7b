// The clock: the time-stamp counter, calibrated at boot against a timer whose frequency is fixed.
#ifndef ARCH_TIME_TIME_H
#define ARCH_TIME_TIME_H

#include "arch/time/time_scale.h"
#include "kernel/lib/result.h"

// The ACPI power management timer as the FADT describes it (ACPI 6.5, 4.8.3.3): 3.579545 MHz, 24 or 32 bits.
enum time_pm_timer { TIME_PM_TIMER_NONE, TIME_PM_TIMER_PORT, TIME_PM_TIMER_MMIO };

struct time_sources {
    enum time_pm_timer pm_timer;
    struct physical pm_address; // a port number for TIME_PM_TIMER_PORT
    bool pm_is_32bit;
    uint64_t entry_cycles; // where nanoseconds count from; 0: now
};

// Finds the frequency: CPUID leaf 0x15 where it is complete, else the PM timer, else channel 2 of the 8254. Takes up to
// 20 ms where it has to measure. RESULT_TIMEOUT when nothing counts; a timer that fails is logged and the next one
// tried. Boot CPU, interrupts off.
MUST_USE enum result time_initialise(const struct time_sources *sources);

// The raw counter and its frequency in Hz (0 before time_initialise). Any IRQL.
uint64_t time_cycles(void);
uint64_t time_frequency(void);

// Nanoseconds since the kernel was entered; 0 before time_initialise. Any IRQL.
uint64_t time_nanoseconds(void);

// The same clock at a reading of the counter that was taken since.
uint64_t time_nanoseconds_at(uint64_t cycles);

// Spins. Returns at once before time_initialise. Any IRQL.
void time_spin(uint64_t nanoseconds);

#endif
