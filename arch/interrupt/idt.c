// Filling and loading the IDT from the stubs' own addresses.

#include "arch/interrupt/idt.h"
#include "arch/cpu_registers.h"
#include "arch/gdt.h"
#include "arch/interrupt/exception.h"
#include "arch/interrupt/interrupt_stubs.h"
#include "kernel/runtime/vectors.h"

#define GATE_OFFSET_LOW  BITS(15, 0)
#define GATE_SELECTOR    BITS(31, 16)
#define GATE_IST         BITS(34, 32)
#define GATE_TYPE        BITS(43, 40)
#define GATE_PRESENT     BIT(47)
#define GATE_OFFSET_HIGH BITS(63, 48)
#define GATE_INTERRUPT   0xe

struct idt_gate idt_gate_encode(uint64_t handler, uint16_t selector, uint32_t ist)
{
    return (struct idt_gate){{
        FIELD_PUT(GATE_OFFSET_LOW, handler & 0xffff) | FIELD_PUT(GATE_SELECTOR, selector) | FIELD_PUT(GATE_IST, ist) |
            FIELD_PUT(GATE_TYPE, GATE_INTERRUPT) | GATE_PRESENT | FIELD_PUT(GATE_OFFSET_HIGH, handler >> 16 & 0xffff),
        handler >> 32,
    }};
}

static uint64_t stub_of(uint32_t vector, bool x2apic, enum idt_stubs stubs)
{
    uint32_t index = vector - INTERRUPT_STUB_FIRST;

    if (vector == VECTOR_SPURIOUS)
        return (uint64_t)interrupt_stub_spurious;
    if (irql_of_vector(vector) == IRQL_LEGACY)
        return (uint64_t)interrupt_stubs_legacy[vector - VECTOR_LEGACY];
    if (stubs == IDT_TRACED)
        return (uint64_t)(x2apic ? interrupt_traced_stubs_x2apic : interrupt_traced_stubs_xapic)[index];
    return (x2apic ? interrupt_stub_table_x2apic : interrupt_stub_table_xapic)[index];
}

struct idt_gate idt_gate_of(uint32_t vector, bool x2apic, enum idt_stubs stubs)
{
    if (vector < EXCEPTION_COUNT)
        return idt_gate_encode(exception_stub_table[vector], GDT_KERNEL_CODE, exception_ist_of(vector));
    return idt_gate_encode(stub_of(vector, x2apic, stubs), GDT_KERNEL_CODE, GDT_IST_NONE);
}

void idt_build(struct idt_gate table[VECTOR_COUNT], bool x2apic, enum idt_stubs stubs)
{
    for (uint32_t vector = 0; vector < VECTOR_COUNT; vector++)
        table[vector] = idt_gate_of(vector, x2apic, stubs);
}

void idt_load(const struct idt_gate table[VECTOR_COUNT])
{
    struct descriptor_pointer pointer = {VECTOR_COUNT * sizeof(table[0]) - 1, (uint64_t)table};

    idtr_write(&pointer);
}
