// Waiting until a CPU has served whatever device interrupts had reached it.
#ifndef KERNEL_CORE_DRAIN_H
#define KERNEL_CORE_DRAIN_H

#include "kernel/lib/result.h"

// Publishes the objects of the drain interrupt and of the one that tells of it on a CPU. Once per CPU, before it takes
// interrupts.
void drain_prepare(uint32_t cpu);

// Sends the lowest-priority interrupt there is to `cpu`; the local APIC holds it back until nothing of a device level
// is pending or in service there, so its arrival proves the CPU drained. PASSIVE, interrupts on, one caller at a time.
// RESULT_TIMEOUT after 5 s; RESULT_MISMATCH: drain_prepare() was never called for the CPU, or its slot was overwritten;
// both logged.
MUST_USE enum result drain_cpu(uint32_t cpu);

#endif
