// What diagnosis needs of the machine beside the core's host functions. arch/inspect.c defines it.
#ifndef KERNEL_DIAGNOSE_INSPECT_H
#define KERNEL_DIAGNOSE_INSPECT_H

#include "kernel/core/message_source.h"
#include "kernel/diagnose/interrupt_state.h"

// Does the CPU's interrupt table still lead from this vector to the stub of this vector?
bool inspect_gate_is_ours(uint32_t cpu, uint32_t vector);

// Reads the calling CPU's own interrupt hardware. Any IRQL.
void inspect_interrupt_state(struct interrupt_state *state);

// Decodes a message's address and data as the machine does. RESULT_INVALID: no interrupt, a write to memory or to
// nothing; RESULT_UNSUPPORTED: it names an entry of a remapping table. Any IRQL.
struct message_target {
    struct apic_id apic_id;
    uint32_t vector;
    bool is_plain; // one CPU by its own ID, fixed delivery, edge triggered, as host_message_compose() writes it
};
MUST_USE enum result inspect_message_decode(struct message_words words, struct message_target *target);

#endif
