// One-instruction accesses through GS to the processor's own record. The end of processor.h.
#ifndef ARCH_PROCESSOR_SELF_H
#define ARCH_PROCESSOR_SELF_H

#include "arch/processor.h"

// The number of the processor this runs on. Any IRQL.
static inline uint32_t processor_number(void)
{
    uint32_t number;
    __asm__ volatile("movl %%gs:%c1, %0" : "=r"(number) : "i"(offsetof(struct processor, number)));
    return number;
}

// Cycles this processor spent waiting. An interrupt's routine that waits adds its own: one instruction each.
static inline void processor_waited_add(uint64_t cycles)
{
    __asm__ volatile("addq %0, %%gs:%c1" : : "r"(cycles), "i"(offsetof(struct processor, waited)) : "memory");
}

static inline uint64_t processor_waited(void)
{
    uint64_t cycles;
    __asm__ volatile("movq %%gs:%c1, %0" : "=r"(cycles) : "i"(offsetof(struct processor, waited)) : "memory");
    return cycles;
}

static inline void processor_idle_since_set(uint64_t cycles)
{
    __asm__ volatile("movq %0, %%gs:%c1" : : "r"(cycles), "i"(offsetof(struct processor, idle_since)) : "memory");
}

static inline uint64_t processor_idle_since(void)
{
    uint64_t cycles;
    __asm__ volatile("movq %%gs:%c1, %0" : "=r"(cycles) : "i"(offsetof(struct processor, idle_since)) : "memory");
    return cycles;
}

#endif
