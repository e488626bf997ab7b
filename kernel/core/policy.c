// Names and bands of the affinity policies and device priorities.

#include "kernel/core/policy.h"
#include "kernel/lib/memory.h"

static const struct irql_band bands[IRQ_PRIORITY_COUNT] = {
    [IRQ_PRIORITY_LOW] = {IRQL_DEVICE_LOWEST, IRQL_DEVICE_LOWEST + 2},
    [IRQ_PRIORITY_NORMAL] = {IRQL_DEVICE_LOWEST + 3, IRQL_DEVICE_LOWEST + 5},
    [IRQ_PRIORITY_HIGH] = {IRQL_DEVICE_LOWEST + 6, IRQL_DEVICE_HIGHEST},
};

static const char *const names[IRQ_POLICY_COUNT] = {
    [IRQ_POLICY_MACHINE_DEFAULT] = "default",        [IRQ_POLICY_ALL_CLOSE_PROCESSORS] = "all_close",
    [IRQ_POLICY_ONE_CLOSE_PROCESSOR] = "one_close",  [IRQ_POLICY_ALL_PROCESSORS] = "all",
    [IRQ_POLICY_SPECIFIED_PROCESSORS] = "specified", [IRQ_POLICY_SPREAD_MESSAGES] = "spread",
};

struct irql_band policy_band(enum irq_priority priority)
{
    return bands[(uint32_t)priority < IRQ_PRIORITY_COUNT ? priority : IRQ_PRIORITY_NORMAL];
}

const char *policy_name(enum irq_policy policy)
{
    return (uint32_t)policy < IRQ_POLICY_COUNT ? names[policy] : "unknown";
}

enum result policy_parse(const char *name, enum irq_policy *policy)
{
    for (uint32_t i = 0; i < IRQ_POLICY_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            *policy = (enum irq_policy)i;
            return RESULT_OK;
        }
    }
    return RESULT_NOT_FOUND;
}
