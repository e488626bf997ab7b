// The state of a CPU's own interrupt hardware at one moment: local APIC and IDTR.
#ifndef KERNEL_DIAGNOSE_INTERRUPT_STATE_H
#define KERNEL_DIAGNOSE_INTERRUPT_STATE_H

#include "kernel/core/irql.h"

enum { INTERRUPT_STATE_WORDS = VECTOR_COUNT / 32 };

// Read on the CPU itself, on another one by cpu_call(): processor_priority and in_service then include the call
// interrupt.
struct interrupt_state {
    bool enabled;                               // by IA32_APIC_BASE and by the spurious vector register
    bool x2apic;                                // the mode
    bool table_loaded;                          // IDTR holds this kernel's table for this CPU
    struct apic_id apic_id;                     // as the local APIC reports it
    bool exceptions_kept;                       // CR8 is not 0: no message can be taken at an exception's vector
    enum irql task_priority;                    // CR8; 0 and 1 as PASSIVE
    enum irql processor_priority;               // the level at and below which interrupts are held off now
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
