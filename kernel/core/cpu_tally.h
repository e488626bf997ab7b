// Counts by CPU in a hash table: memory grows with the CPUs counted on, not with the CPUs of the machine; constant time
// per access. One writer at a time; a concurrent reader may see the previous count.
#ifndef KERNEL_CORE_CPU_TALLY_H
#define KERNEL_CORE_CPU_TALLY_H

#include "kernel/lib/result.h"

struct cpu_tally_entry {
    uint32_t owner; // CPU number + 1; 0: free
    uint64_t count;
};

// Zeroed: nothing counted.
struct cpu_tally {
    struct cpu_tally_entry *entries;
    uint32_t room; // size of `entries`, a power of two
    uint32_t used;
    uint64_t total; // of all CPUs
};

// Makes room for one more CPU, so that cpu_tally_add() for it cannot fail. RESULT_NO_MEMORY. PASSIVE.
MUST_USE enum result cpu_tally_prepare(struct cpu_tally *tally, uint32_t cpu);

// Only after cpu_tally_prepare() for this CPU.
void cpu_tally_add(struct cpu_tally *tally, uint32_t cpu, uint64_t count);

// 0 for a CPU without an entry.
uint64_t cpu_tally_read(const struct cpu_tally *tally, uint32_t cpu);

void cpu_tally_release(struct cpu_tally *tally);

#endif
