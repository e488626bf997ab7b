// The table of processors.

#include "kernel/core/cpu.h"
#include "kernel/core/host.h"

static struct cpu *table;
static uint32_t total;
static uint64_t *online; // by group, a bit per processor; behind the table
static uint32_t online_total;

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
    struct cpu *cpus = host_allocate(count * sizeof(*cpus) + (cpu_group(count - 1) + 1) * sizeof(*online));
    if (!cpus)
        return RESULT_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        cpus[i] = (struct cpu){.number = i, .state = CPU_PRESENT, .apic_mode = "xapic"};
    table = cpus;
    total = count;
    online = (uint64_t *)(cpus + count);
    return RESULT_OK;
}

uint32_t cpu_total(void)
{
    return total;
}

uint32_t cpu_online_total(void)
{
    return __atomic_load_n(&online_total, __ATOMIC_RELAXED);
}

struct cpu *cpu_get(uint32_t number)
{
    return number < total ? &table[number] : NULL;
}

// Group mask and total before the state, so a reader that sees the new state sees them updated.
void cpu_state_set(uint32_t number, enum cpu_state state)
{
    uint64_t bit = BIT(cpu_group_number(number));
    uint64_t *group = &online[cpu_group(number)];
    bool is_online = state == CPU_ONLINE;
    uint64_t before =
        is_online ? __atomic_fetch_or(group, bit, __ATOMIC_RELAXED) : __atomic_fetch_and(group, ~bit, __ATOMIC_RELAXED);

    if (is_online && !(before & bit))
        __atomic_fetch_add(&online_total, 1, __ATOMIC_RELAXED);
    else if (!is_online && before & bit)
        __atomic_fetch_sub(&online_total, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&table[number].state, state, __ATOMIC_RELEASE);
}

struct group_affinity cpu_group_online(uint16_t group)
{
    bool exists = (uint32_t)group * CPU_GROUP_SIZE < total;

    return (struct group_affinity){group, exists ? __atomic_load_n(&online[group], __ATOMIC_RELAXED) : 0};
}

bool cpu_in_set(uint32_t cpu, struct group_affinity set)
{
    return cpu / CPU_GROUP_SIZE == set.group && (set.mask & BIT(cpu_group_number(cpu)));
}

const char *cpu_state_name(enum cpu_state state)
{
    return (uint32_t)state < ARRAY_COUNT(state_names) ? state_names[state] : "unknown";
}
