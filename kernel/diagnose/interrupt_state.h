// What a CPU's own interrupt hardware says at one moment: its local APIC and its table register.
#ifndef KERNEL_DIAGNOSE_INTERRUPT_STATE_H
#define KERNEL_DIAGNOSE_INTERRUPT_STATE_H

#include "kernel/core/irql.h"

enum { INTERRUPT_STATE_WORDS = VECTOR_COUNT / 32 };

// Read on the CPU itself (cpu_call() on another one): processor_priority and in_service then show the call interrupt
// too.
struct interrupt_state {
    bool enabled;                               // globally and by software
    bool x2apic;                                // the mode
    bool table_loaded;                          // IDTR points at a table of this kernel's for this CPU
    struct apic_id apic_id;                     // as the local APIC has it
    bool exceptions_kept;                       // no message can come to an exception's vector: CR8 is not 0
    enum irql task_priority;                    // CR8, 1 and below as PASSIVE
    enum irql processor_priority;               // what holds interrupts off now
    uint32_t errors;                            // error status, as of the last error interrupt
    uint32_t in_service[INTERRUPT_STATE_WORDS]; // bit n % 32 of word n / 32 is vector n, in all three
    uint32_t requested[INTERRUPT_STATE_WORDS];
    uint32_t level_triggered[INTERRUPT_STATE_WORDS];
};

// The state of any online CPU as it is between two interrupts: `task_priority` and `processor_priority` of the calling
// one are those of the caller. Results as cpu_call(). Boot CPU, PASSIVE.
MUST_USE enum result interrupt_state_of(uint32_t cpu, struct interrupt_state *state);

static inline bool interrupt_state_has(const uint32_t words[INTERRUPT_STATE_WORDS], uint32_t vector)
{
    return words[vector / 32] >> vector % 32 & 1;
}

#endif
