// The named system rows of `interrupts`: a name and a count per CPU, registered by the unit that counts.
#ifndef KERNEL_DIAGNOSE_SYSTEM_COUNTS_H
#define KERNEL_DIAGNOSE_SYSTEM_COUNTS_H

#include "kernel/lib/types.h"

// Occurrences on one CPU since start-up. Any IRQL.
typedef uint64_t system_counter(uint32_t cpu);

struct system_count {
    const char *name; // "spurious", "clock": lower case, at most 12 letters
    system_counter *count;
};

// Rows are shown in the order of registration. Boot CPU, PASSIVE. A row beyond the capacity is logged and left out.
void system_counts_register(const char *name, system_counter *count);

uint32_t system_counts_total(void);
const struct system_count *system_counts_get(uint32_t index);

#endif
