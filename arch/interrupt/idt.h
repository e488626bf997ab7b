// Interrupt descriptors: Intel SDM vol. 3, 6.14.1.
#ifndef ARCH_INTERRUPT_IDT_H
#define ARCH_INTERRUPT_IDT_H

#include "kernel/core/irql.h"

struct idt_gate {
    uint64_t words[2];
};
_Static_assert(sizeof(struct idt_gate) == 16, "Intel SDM vol. 3, figure 6-8");

// An interrupt gate (interrupts off on entry) to `handler` on interrupt stack `ist`. Pure.
struct idt_gate idt_gate_encode(uint64_t handler, uint16_t selector, uint32_t ist);

// The set of interrupt stubs.
enum idt_stubs { IDT_PLAIN, IDT_TRACED };

// The gate of one vector: the exception's own stub, the vector's stub of the chosen local APIC mode, the spurious
// vector's. Pure.
struct idt_gate idt_gate_of(uint32_t vector, bool x2apic, enum idt_stubs stubs);

// Fills a whole table: exceptions, the stubs of the chosen local APIC mode and set, the spurious vector. Pure.
void idt_build(struct idt_gate table[VECTOR_COUNT], bool x2apic, enum idt_stubs stubs);

// Loads the table on the calling processor. Interrupts off.
void idt_load(const struct idt_gate table[VECTOR_COUNT]);

#endif
