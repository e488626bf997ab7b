// The six affinity policies and three device priorities of Windows.
#ifndef KERNEL_CORE_POLICY_H
#define KERNEL_CORE_POLICY_H

#include "kernel/core/irql.h"
#include "kernel/lib/result.h"

enum irq_policy {
    IRQ_POLICY_MACHINE_DEFAULT,
    IRQ_POLICY_ALL_CLOSE_PROCESSORS,
    IRQ_POLICY_ONE_CLOSE_PROCESSOR,
    IRQ_POLICY_ALL_PROCESSORS,
    IRQ_POLICY_SPECIFIED_PROCESSORS,
    IRQ_POLICY_SPREAD_MESSAGES,
    IRQ_POLICY_COUNT
};

enum irq_priority { IRQ_PRIORITY_NORMAL, IRQ_PRIORITY_LOW, IRQ_PRIORITY_HIGH, IRQ_PRIORITY_COUNT };

struct irql_band {
    enum irql lowest;
    enum irql highest;
};

// Device levels of a priority: low 3-5, normal 6-8, high 9-11.
struct irql_band policy_band(enum irq_priority priority);

const char *policy_name(enum irq_policy policy); // "default", "all_close", "one_close", "all", "specified", "spread"
MUST_USE enum result policy_parse(const char *name, enum irq_policy *policy);

#endif
