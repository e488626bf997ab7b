// Which CPU a message shall live on: an affinity policy applied to the CPUs' free vectors.
#ifndef KERNEL_CORE_PLACEMENT_H
#define KERNEL_CORE_PLACEMENT_H

#include "kernel/core/cpu.h"
#include "kernel/core/policy.h"

struct vector_matrix;

struct placement {
    enum irq_policy policy; // not IRQ_POLICY_MACHINE_DEFAULT
    uint32_t node;          // the device's proximity domain
    const uint32_t *cpus;   // wanted CPU of message i, or NULL
    uint32_t first_cpu;     // where message 0 went; read from message 1 on
};

// The CPU for message `index`, and the set it is allowed on. A wanted CPU without a free vector gives way to the
// policy, except under "specified". RESULT_NO_VECTORS when no allowed CPU has one; RESULT_INVALID for "specified"
// without CPUs. Pure.
MUST_USE enum result placement_choose(const struct placement *placement, const struct vector_matrix *matrix,
                                      uint32_t index, uint32_t *cpu, struct group_affinity *allowed);

#endif
