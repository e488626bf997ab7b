// Counts by CPU, for as many CPUs as something was counted on: memory goes by those, not by the CPUs of the machine,
// and each is found in the same time. Written by one caller at a time; reading may see the count of before.
#ifndef KERNEL_CORE_CPU_TALLY_H
#define KERNEL_CORE_CPU_TALLY_H

#include "kernel/lib/result.h"

struct cpu_tally_entry {
    uint32_t owner; // one more than the CPU's number; 0: nobody's
    uint64_t count;
};

// Zeroed: nothing counted.
struct cpu_tally {
    struct cpu_tally_entry *entries;
    uint32_t room; // entries there are, a power of two
    uint32_t used;
    uint64_t total; // of all CPUs
};

// Makes room to count on one more CPU; counting on it then cannot fail. RESULT_NO_MEMORY. PASSIVE.
MUST_USE enum result cpu_tally_prepare(struct cpu_tally *tally, uint32_t cpu);

// The CPU was prepared.
void cpu_tally_add(struct cpu_tally *tally, uint32_t cpu, uint64_t count);

// 0 for a CPU that nothing was counted on.
uint64_t cpu_tally_read(const struct cpu_tally *tally, uint32_t cpu);

void cpu_tally_release(struct cpu_tally *tally);

#endif
