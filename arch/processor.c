// Making and loading the processors' own memory.

#include "arch/processor.h"
#include "arch/apic/apic.h"
#include "arch/cpu_registers.h"
#include "arch/interrupt/unowned.h"
#include "arch/paging/paging.h"
#include "kernel/core/cpu.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/heap.h"

enum { STACK_PAGES = 8, EARLY_STACK_SIZE = 4096 };

static struct processor boot_processor;
static uint8_t early_stack[EARLY_STACK_SIZE] __attribute__((aligned(16)));
struct processor **processor_table; // NULL until the boot processor got its stacks

// All processors share one IDT for the traced stubs: its gates are the same on all and it is never written after boot.
// The plain IDTs are per processor: an error on one CPU cannot damage another's.
static struct idt_gate traced_idt[VECTOR_COUNT] __attribute__((aligned(64)));

static void slots_clear(struct processor *processor)
{
    for (uint32_t vector = 0; vector < VECTOR_COUNT; vector++)
        processor->slots[vector].object = unowned_object(vector);
}

void processor_boot_initialise(void)
{
    struct gdt_stacks stacks = {early_stack + EARLY_STACK_SIZE, early_stack + EARLY_STACK_SIZE,
                                early_stack + EARLY_STACK_SIZE};

    unowned_prepare();
    slots_clear(&boot_processor);
    gdt_build(&boot_processor.gdt, &stacks);
    idt_build(boot_processor.idt, false, IDT_PLAIN);
    boot_processor.chosen_idt = boot_processor.idt;
    processor_activate(&boot_processor);
}

static enum result stacks_create(struct processor *processor)
{
    struct gdt_stacks stacks;
    enum result result = gdt_stacks_create(&stacks);

    if (result == RESULT_OK)
        result = paging_stack_create(STACK_PAGES, &processor->stack_top);
    if (result == RESULT_OK)
        gdt_build(&processor->gdt, &stacks);
    return result;
}

// The boot processor's again: its first table was made before the mode of the local APICs was known. The others' lead
// to the same stubs.
static void idt_prepare(struct processor *processor)
{
    if (processor == &boot_processor) {
        idt_build(processor->idt, apic_is_x2apic(), IDT_PLAIN);
        idt_build(traced_idt, apic_is_x2apic(), IDT_TRACED);
    } else {
        memcpy(processor->idt, boot_processor.idt, sizeof(processor->idt));
    }
    processor->chosen_idt = processor->idt;
}

enum result processor_create(uint32_t number, struct apic_id apic_id)
{
    if (!processor_table)
        processor_table = heap_allocate(cpu_total() * sizeof(processor_table[0]));
    if (!processor_table)
        return RESULT_NO_MEMORY;
    struct processor *processor = number == 0 ? &boot_processor : heap_allocate(sizeof(*processor));
    if (!processor)
        return RESULT_NO_MEMORY;
    if (processor != &boot_processor)
        slots_clear(processor);
    processor->number = number;
    processor->apic_id = apic_id;
    idt_prepare(processor);
    enum result result = stacks_create(processor);
    if (result == RESULT_OK)
        processor_table[number] = processor;
    return result;
}

void processor_activate(struct processor *processor)
{
    // GS base before the IDT: an NMI handler reads the processor record through GS.
    msr_write(MSR_GS_BASE, (uint64_t)processor);
    gdt_load(&processor->gdt);
    idt_load(processor->chosen_idt);
}

void processor_choose_stubs(struct processor *processor, enum idt_stubs stubs)
{
    processor->chosen_idt = stubs == IDT_TRACED ? traced_idt : processor->idt;
    if (processor == processor_current())
        idt_load(processor->chosen_idt);
}

struct processor *processor_get(uint32_t number)
{
    return processor_table && number < cpu_total() ? processor_table[number] : NULL;
}

struct processor *processor_current(void)
{
    return (struct processor *)msr_read(MSR_GS_BASE);
}
