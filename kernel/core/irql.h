// Interrupt request levels, and the devices' vectors derived from them: one row of 16 vectors per level.
// A level is the priority class of the local APIC (Intel SDM vol. 3, 11.8.3) and the value in CR8, but for PASSIVE: CR8
// is 1 there, so that no message is taken through the vectors of the processor's own exceptions.
#ifndef KERNEL_CORE_IRQL_H
#define KERNEL_CORE_IRQL_H

#include "kernel/lib/result.h"

enum irql {
    IRQL_PASSIVE = 0,
    IRQL_APC = 1, // unused, and the same as PASSIVE: its row is the processor's own exceptions
    IRQL_DISPATCH = 2,
    IRQL_DEVICE_LOWEST = 3,
    IRQL_DEVICE_HIGHEST = 11,
    IRQL_LEGACY = 12,
    IRQL_CLOCK = 13,
    IRQL_IPI = 14,
    IRQL_HIGH = 15,
    IRQL_COUNT
};

enum {
    VECTOR_COUNT = 256,
    VECTOR_ROW = 16, // vectors per level
    VECTOR_DEVICE_FIRST = IRQL_DEVICE_LOWEST * VECTOR_ROW,
    VECTOR_DEVICE_COUNT = (IRQL_DEVICE_HIGHEST - IRQL_DEVICE_LOWEST + 1) * VECTOR_ROW,
    VECTOR_DEVICE_END = VECTOR_DEVICE_FIRST + VECTOR_DEVICE_COUNT, // the first beyond the devices' rows
};

// The level a vector is taken at.
static inline enum irql irql_of_vector(uint32_t vector)
{
    return (enum irql)(vector / VECTOR_ROW);
}

// The level this CPU runs at now: the higher of CR8 and the interrupt in service. Any caller.
enum irql irql_current(void);

// After KeRaiseIrql and KeLowerIrql. Raising holds off the interrupts of `level` and below on this CPU and returns the
// argument for lowering: the previous CR8, not the level in service. Any caller, interrupts on or off; a CPU's raises
// are undone in reverse order. Reports name the caller, which the macros pass.
//
// Reported and counted, each with caller, CPU and both levels, and not obeyed:
//   raising to a level below the current one, or to an undefined one: treated as a raise to the current level;
//   lowering without a raise by the same routine, known by its name: nothing changes;
//   lowering to a level above the current one: nothing changes, the raise stands.
#define irql_raise(level)    irql_raise_by(__func__, (level))
#define irql_lower(previous) irql_lower_by(__func__, (previous))
enum irql irql_raise_by(const char *caller, enum irql level);

// irql_raise() for a caller known to run at `level` or below: a service routine up to its own level, or after
// irql_allows(). Saves reading the level in service from the local APIC: an uncached access, and an exit under a
// hypervisor. Lowering saves it, too, if the same routine raised.
#define irql_raise_known(level) irql_raise_known_by(__func__, (level))
enum irql irql_raise_known_by(const char *caller, enum irql level);
void irql_lower_by(const char *caller, enum irql previous);

// True if the current level is at most `highest`. Else reports and counts it; the caller then returns RESULT_IRQL. Any
// caller.
bool irql_allows(enum irql highest, const char *function);

enum { IRQL_REPORT_COUNT = 32 }; // violations of one CPU that are logged; further ones are only counted

// Violations counted on a CPU, and its level by raises alone, without interrupts in service. Any CPU.
uint64_t irql_violations(uint32_t cpu);
enum irql irql_raised(uint32_t cpu);

// Makes the records of `cpus` processors. Until then all CPUs share one record. Once, boot CPU. RESULT_NO_MEMORY.
MUST_USE enum result irql_initialise(uint32_t cpus);

#endif
