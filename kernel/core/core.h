// Starting the routing core: once for the machine, then once for each CPU. README.md in this folder says how to lift it
// into another kernel.
#ifndef KERNEL_CORE_CORE_H
#define KERNEL_CORE_CORE_H

#include "kernel/core/core_vectors.h"
#include "kernel/core/cpu.h"
#include "kernel/core/irq.h"

struct core_cpu {
    struct apic_id apic_id;
    uint32_t node; // proximity domain, 0 if unknown
};

struct core_setup {
    const struct core_cpu *cpus; // by CPU number; copied
    uint32_t cpu_count;
    struct core_vectors vectors;
    struct irq_options options;
};

// Makes the tables of processors, levels, deferred calls and vectors. No CPU takes messages yet. Once, before any other
// function of the core, one CPU. RESULT_INVALID: an unusable vector, or no CPU; RESULT_NO_MEMORY; RESULT_BUSY.
MUST_USE enum result core_start(const struct core_setup *setup);

// For a CPU that runs and takes interrupts: publishes the core's objects in its slots, marks it online and, if messages
// can reach it, opens its vectors. Also after irq_cpu_vacate(). One caller at a time, any CPU. RESULT_INVALID: no such
// CPU; RESULT_MISMATCH: a slot did not keep the published object.
MUST_USE enum result core_cpu_join(uint32_t cpu);

#endif
