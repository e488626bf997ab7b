// The table of processors.

#include "kernel/cpu.h"
#include "kernel/heap.h"

static struct cpu *table;
static uint32_t total;

static const char *const state_names[] = {
    [CPU_PRESENT] = "present",
    [CPU_ONLINE] = "online",
    [CPU_OFFLINE] = "offline",
    [CPU_DEAD] = "dead",
};

enum result cpu_table_create(uint32_t count)
{
    if (!count || table)
        return count ? RESULT_BUSY : RESULT_INVALID;
    struct cpu *cpus = heap_allocate((size_t)count * sizeof(*cpus));
    if (!cpus)
        return RESULT_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        cpus[i] = (struct cpu){.number = i, .state = CPU_PRESENT, .apic_mode = "xapic"};
    table = cpus;
    total = count;
    return RESULT_OK;
}

uint32_t cpu_total(void)
{
    return total;
}

uint32_t cpu_online_total(void)
{
    uint32_t online = 0;
    for (uint32_t i = 0; i < total; i++)
        online += table[i].state == CPU_ONLINE;
    return online;
}

struct cpu *cpu_get(uint32_t number)
{
    return number < total ? &table[number] : NULL;
}

struct group_affinity cpu_group_online(uint16_t group)
{
    struct group_affinity online = {.group = group};
    uint64_t first = (uint64_t)group * CPU_GROUP_SIZE;

    for (uint64_t cpu = first; cpu < total && cpu < first + CPU_GROUP_SIZE; cpu++) {
        if (table[cpu].state == CPU_ONLINE)
            online.mask |= BIT(cpu - first);
    }
    return online;
}

bool cpu_in_set(uint32_t cpu, struct group_affinity set)
{
    return cpu / CPU_GROUP_SIZE == set.group && (set.mask & BIT(cpu_group_number(cpu)));
}

const char *cpu_state_name(enum cpu_state state)
{
    return (uint32_t)state < ARRAY_COUNT(state_names) ? state_names[state] : "unknown";
}
