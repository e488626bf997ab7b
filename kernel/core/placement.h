// Chooses a message's CPU by affinity policy and free vectors.
#ifndef KERNEL_CORE_PLACEMENT_H
#define KERNEL_CORE_PLACEMENT_H

#include "kernel/core/cpu.h"
#include "kernel/core/policy.h"

struct vector_matrix;

struct placement {
    enum irq_policy policy; // not IRQ_POLICY_MACHINE_DEFAULT
    uint32_t node;          // the device's proximity domain
    const uint32_t *cpus;   // preferred CPU of message i, or NULL
    uint32_t first_cpu;     // CPU of message 0; read from message 1 on
};

// The CPU for message `index`, and its allowed set. If the preferred CPU has no vector free, the policy decides, except
// under "specified". RESULT_NO_VECTORS: no allowed CPU has a vector free; RESULT_INVALID: "specified" without CPUs.
// Pure.
MUST_USE enum result placement_choose(const struct placement *placement, const struct vector_matrix *matrix,
                                      uint32_t index, uint32_t *cpu, struct group_affinity *allowed);

#endif
