// Structure offsets for assembly: compiled to text, from which the Makefile makes offsets.inc.

#include "arch/apic/apic_registers.h"
#include "arch/interrupt/exception.h"
#include "arch/paging/paging.h"
#include "arch/processor.h"
#include "arch/startup_record.h"
#include "kernel/runtime/vectors.h"

#define DEFINE(name, value) __asm__ volatile(".ascii \"@define " #name " %c0@\"" : : "i"(value))

void offsets(void);
void offsets(void)
{
    DEFINE(PROCESSOR_SLOTS, offsetof(struct processor, slots));
    DEFINE(SLOT_SIZE, sizeof(struct slot));
    DEFINE(SLOT_OBJECT, offsetof(struct slot, object));
    DEFINE(SLOT_COUNT, offsetof(struct slot, count));
    DEFINE(INTERRUPT_ROUTINE, offsetof(struct interrupt, routine));
    DEFINE(INTERRUPT_NUMBER, offsetof(struct interrupt, number));
    DEFINE(PROCESSOR_TRACE, offsetof(struct processor, trace));
    DEFINE(TRACE_RING_POSITION, offsetof(struct trace_ring, position));
    DEFINE(TRACE_RING_MASK, offsetof(struct trace_ring, mask));
    DEFINE(TRACE_RING_RECORDS, offsetof(struct trace_ring, records));
    DEFINE(TRACE_RECORD_SIZE, sizeof(struct trace_record));
    DEFINE(TRACE_RECORD_CYCLES, offsetof(struct trace_record, cycles));
    DEFINE(TRACE_RECORD_NUMBER, offsetof(struct trace_record, number));
    DEFINE(TRACE_RECORD_WORD, offsetof(struct trace_record, word));
    DEFINE(TRACE_KIND_SHIFT, TRACE_KIND_SHIFT);
    DEFINE(TRACE_EXIT, TRACE_EXIT);
    DEFINE(SPURIOUS_VECTOR, VECTOR_SPURIOUS);
    DEFINE(LEGACY_VECTOR, VECTOR_LEGACY);
    DEFINE(EXCEPTION_WITH_ERROR_CODE, EXCEPTION_WITH_ERROR_CODE);
    DEFINE(LOCAL_APIC_EOI, (int64_t)(ARCH_LOCAL_APIC_VIRTUAL + APIC_EOI * 16));
    DEFINE(X2APIC_EOI, MSR_X2APIC_BASE + APIC_EOI);
    DEFINE(STARTUP_CR0, offsetof(struct startup_record, cr0));
    DEFINE(STARTUP_CR3, offsetof(struct startup_record, cr3));
    DEFINE(STARTUP_CR4, offsetof(struct startup_record, cr4));
    DEFINE(STARTUP_EFER, offsetof(struct startup_record, efer));
    DEFINE(STARTUP_GDT_POINTER, offsetof(struct startup_record, gdt_pointer));
    DEFINE(STARTUP_LONG_JUMP, offsetof(struct startup_record, long_jump));
    DEFINE(STARTUP_STACK, offsetof(struct startup_record, stack));
    DEFINE(STARTUP_ENTRY, offsetof(struct startup_record, entry));
    DEFINE(STARTUP_ARGUMENT, offsetof(struct startup_record, argument));
    DEFINE(STARTUP_RECORD_SIZE, sizeof(struct startup_record));
}
