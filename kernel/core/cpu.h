// The processors as the core sees them: numbers, APIC IDs, groups, state.
#ifndef KERNEL_CORE_CPU_H
#define KERNEL_CORE_CPU_H

#include "kernel/lib/result.h"

enum { CPU_GROUP_SIZE = 64 }; // processors per group, as in Windows' GROUP_AFFINITY

struct group_affinity {
    uint16_t group;
    uint64_t mask;
};

enum cpu_state { CPU_PRESENT, CPU_ONLINE, CPU_OFFLINE, CPU_DEAD };

struct cpu {
    uint32_t number;
    struct apic_id apic_id;
    enum cpu_state state;  // changed by cpu_state_set() alone
    const char *apic_mode; // "xapic", "x2apic"
    const char *apic_mode_reason;
    uint32_t node;        // proximity domain, 0 if the firmware names none
    int64_t clock_lowest; // clock_cycles() here minus the boot CPU's is clock_lowest to clock_highest, measured at its
                          // start
    int64_t clock_highest;
    uint64_t drain_round; // drain_round and drain_result: drain_round.c only
    enum result drain_result;
};

// Makes the table for `count` processors, numbers and groups set, all CPU_PRESENT. Once, before any other call.
MUST_USE enum result cpu_table_create(uint32_t count);
uint32_t cpu_total(void);
uint32_t cpu_online_total(void);
struct cpu *cpu_get(uint32_t number); // NULL when there is no such processor

// Records a processor's new state. Any CPU, any IRQL; a starting processor calls it for itself.
void cpu_state_set(uint32_t number, enum cpu_state state);

static inline uint16_t cpu_group(uint32_t cpu)
{
    return (uint16_t)(cpu / CPU_GROUP_SIZE);
}

static inline uint32_t cpu_group_number(uint32_t cpu)
{
    return cpu % CPU_GROUP_SIZE;
}

// Cycles to subtract from this CPU's clock to compare it with the boot CPU's. 0 if the measured range includes 0.
static inline int64_t cpu_clock_ahead(const struct cpu *cpu)
{
    bool may_agree = cpu->clock_lowest <= 0 && cpu->clock_highest >= 0;

    return may_agree ? 0 : cpu->clock_lowest / 2 + cpu->clock_highest / 2;
}

// The online processors of one group.
struct group_affinity cpu_group_online(uint16_t group);
bool cpu_in_set(uint32_t cpu, struct group_affinity set);
const char *cpu_state_name(enum cpu_state state); // "present", "online", "offline", "dead"

#endif
