// One processor's own memory: its interrupt slots, IDT, segments and identity. The GS base of every processor points at
// its own record, so the stubs reach a slot with one instruction and no lock.
#ifndef ARCH_PROCESSOR_H
#define ARCH_PROCESSOR_H

#include "arch/gdt.h"
#include "arch/interrupt/idt.h"
#include "kernel/core/interrupt.h"
#include "kernel/trace/trace_ring.h"

// What the stub of a vector reads and writes: 16 bytes, on a cache line no other processor writes.
struct slot {
    const struct interrupt *object; // never NULL
    uint64_t count;
};
_Static_assert(sizeof(struct slot) == TRACE_ENTRY_SCALE, "the stubs record where the slot stands");

// State of smp_stop(). On a time-out ASKED goes back to NONE and the processor must not stop.
enum processor_stop { PROCESSOR_STOP_NONE, PROCESSOR_STOP_ASKED, PROCESSOR_STOP_DONE };

struct processor {
    struct slot slots[VECTOR_COUNT];   // first: gs:vector * 16
    struct idt_gate idt[VECTOR_COUNT]; // leads to the plain stubs
    const struct idt_gate *chosen_idt; // the one that is loaded
    struct gdt gdt;
    uint32_t number;
    struct apic_id apic_id;
    uint64_t unknown_count;           // interrupts through free slots
    uint64_t vectored_spurious_count; // messages with the spurious vector
    uint64_t nmi_count;
    uint64_t error_count; // local APIC errors
    uint32_t error_bits;  // the error status register of the last one
    void *stack_top;
    uint32_t stop;       // enum processor_stop
    uint64_t idle_since; // cycles; 0: awake
    uint64_t waited;     // cycles, asleep or for hardware
    struct trace_ring trace;
} __attribute__((aligned(64)));

// The boot processor's record: slots empty, IDT filled in and loaded, exceptions on one shared early stack. First thing
// the kernel does: a fault before it would reset the machine. Interrupts off.
void processor_boot_initialise(void);

// Allocates the record and stacks of processor `number`; number 0 comes first, keeps its record and only gets the
// stacks. After paging_initialise(). RESULT_NO_MEMORY.
MUST_USE enum result processor_create(uint32_t number, struct apic_id apic_id);

// Loads the calling processor's segments, GS base and IDT from its record. Interrupts off.
void processor_activate(struct processor *processor);

// Selects a processor's stubs: for the calling one from the next interrupt on, for a stopped one from its restart on.
void processor_choose_stubs(struct processor *processor, enum idt_stubs stubs);

// NULL when there is no such record.
struct processor *processor_get(uint32_t number);

// The record of a processor that has one. Any IRQL.
extern struct processor **processor_table;
static inline struct processor *processor_of(uint32_t number)
{
    return processor_table[number];
}

// The record of the processor this runs on. Any IRQL.
struct processor *processor_current(void);

#include "arch/processor_self.h"

#endif
