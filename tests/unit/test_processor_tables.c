// A processor's descriptor tables: what is in them, and in which order they are loaded.
// sources: tests/fakes/cpu.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/heap.c

#include "tests/fakes/cpu.h"
#include "tests/fakes/mmio.h"

#include "arch/gdt.c"
#include "arch/interrupt/idt.c"
#include "arch/processor.c"

#include "tests/fakes/events.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define TSS_BUSY_BIT (UINT64_C(1) << 41)

const uint64_t exception_stub_table[EXCEPTION_COUNT] = {[14] = 0xffffffff80012345};
const uint64_t interrupt_stub_table_xapic[INTERRUPT_STUB_COUNT] = {[0x51 - 32] = 0x1111};
const uint64_t interrupt_stub_table_x2apic[INTERRUPT_STUB_COUNT] = {[0x51 - 32] = 0x2222};
const char interrupt_traced_stubs_xapic[INTERRUPT_STUB_COUNT][INTERRUPT_TRACED_STUB_SIZE];
const char interrupt_traced_stubs_x2apic[INTERRUPT_STUB_COUNT][INTERRUPT_TRACED_STUB_SIZE];
const char interrupt_stub_spurious[1];
const char interrupt_stubs_legacy[VECTOR_ROW][INTERRUPT_LEGACY_STUB_SIZE];
struct interrupt unowned_objects[VECTOR_COUNT];
static uint8_t stack[16];

void unowned_prepare(void) {}

uint32_t exception_ist_of(uint32_t vector)
{
    return vector == 8 ? GDT_IST_DOUBLE_FAULT : GDT_IST_NONE;
}

static bool is_x2apic;

bool apic_is_x2apic(void)
{
    return is_x2apic;
}

enum result paging_stack_create(uint64_t pages, void **top)
{
    *top = stack;
    return RESULT_OK;
}

static uint64_t handler_of(struct idt_gate gate)
{
    return (gate.words[0] & 0xffff) | (gate.words[0] >> 48 & 0xffff) << 16 | gate.words[1] << 32;
}

static int set_up(void **state)
{
    fake_cpu_reset();
    return 0;
}

// GS before any table through which an NMI could come; the interrupt table last, when all it leads to is there.
static void a_processor_loads_its_record_before_its_tables_and_the_interrupt_table_last(void **state)
{
    static struct processor processor;

    processor.chosen_idt = processor.idt;
    processor.gdt.entries[GDT_TASK_STATE / 8] = TSS_BUSY_BIT | 5;
    processor_activate(&processor);
    event_expect_all(
        (const struct event[]){
            {EVENT_MSR_WRITE, MSR_GS_BASE, (uint64_t)&processor},
            {EVENT_GDT_LOAD, (uint64_t)processor.gdt.entries, 39},
            {EVENT_SEGMENTS_LOAD, 0x08, 0x10},
            {EVENT_TASK_LOAD, 0, 0x18},
            {EVENT_IDT_LOAD, (uint64_t)processor.idt, 4095},
        },
        5);
    assert_int_equal(processor.gdt.entries[GDT_TASK_STATE / 8], 5);
}

static void segments_are_the_manuals_and_the_task_state_names_its_stacks(void **state)
{
    static struct gdt gdt;
    struct gdt_stacks stacks = {stack, stack + 1, stack + 2};

    gdt_build(&gdt, &stacks);
    assert_int_equal(gdt.entries[0], 0);
    assert_int_equal(gdt.entries[1], 0x00af9b000000ffff);
    assert_int_equal(gdt.entries[2], 0x00cf93000000ffff);
    uint64_t base = (uint64_t)&gdt.tss;
    assert_int_equal(gdt.entries[3], 103 | (base & 0xffffff) << 16 | UINT64_C(0x89) << 40 | (base >> 24 & 0xff) << 56);
    assert_int_equal(gdt.entries[4], base >> 32);
    assert_int_equal(gdt.tss.interrupt_stack[0], (uint64_t)stack);
    assert_int_equal(gdt.tss.interrupt_stack[1], (uint64_t)stack + 1);
    assert_int_equal(gdt.tss.interrupt_stack[2], (uint64_t)stack + 2);
    assert_int_equal(gdt.tss.io_map_base, 104);
}

static void a_gate_is_an_interrupt_gate_with_its_stack(void **state)
{
    struct idt_gate gate = idt_gate_encode(0xffffffff80012345, 0x08, 3);

    assert_int_equal(gate.words[0], 0x80018e0300082345);
    assert_int_equal(gate.words[1], 0xffffffff);
    assert_int_equal(idt_gate_of(8, false, IDT_PLAIN).words[0] >> 32 & 7, GDT_IST_DOUBLE_FAULT);
    assert_int_equal(idt_gate_of(14, false, IDT_PLAIN).words[0] >> 32 & 7, GDT_IST_NONE);
}

static void every_gate_leads_to_the_stub_of_its_vector_mode_and_set(void **state)
{
    assert_int_equal(handler_of(idt_gate_of(14, false, IDT_TRACED)), 0xffffffff80012345);
    assert_int_equal(handler_of(idt_gate_of(0x51, false, IDT_PLAIN)), 0x1111);
    for (uint32_t vector = 0; vector < VECTOR_COUNT; vector++)
        assert_int_equal(idt_gate_of(vector, false, IDT_PLAIN).words[0] >> 16 & 0xffff, 0x08);
    assert_int_equal(handler_of(idt_gate_of(0x51, true, IDT_PLAIN)), 0x2222);
    assert_int_equal(handler_of(idt_gate_of(0x51, true, IDT_TRACED)), (uint64_t)interrupt_traced_stubs_x2apic[0x31]);
}

static void what_may_not_be_in_service_leads_to_stubs_that_look(void **state)
{
    for (enum idt_stubs stubs = IDT_PLAIN; stubs <= IDT_TRACED; stubs++) {
        assert_int_equal(handler_of(idt_gate_of(0xff, true, stubs)), (uint64_t)interrupt_stub_spurious);
        assert_int_equal(handler_of(idt_gate_of(0xc7, false, stubs)), (uint64_t)interrupt_stubs_legacy[7]);
    }
}

// The boot processor's first table is made before the mode is known; with the other mode's stubs nothing would be
// ended.
static void every_processors_table_leads_to_the_stubs_of_the_mode(void **state)
{
    assert_int_equal(cpu_table_create(2), RESULT_OK);
    is_x2apic = true;
    assert_int_equal(processor_create(0, (struct apic_id){0}), RESULT_OK);
    assert_int_equal(processor_create(1, (struct apic_id){1}), RESULT_OK);
    is_x2apic = false;
    for (uint32_t i = 0; i < 2; i++)
        assert_int_equal(handler_of(processor_get(i)->idt[0x51]), 0x2222);
    assert_int_equal(handler_of(traced_idt[0x51]), (uint64_t)interrupt_traced_stubs_x2apic[0x31]);
    heap_free(processor_get(1));
    heap_free(processor_table);
    processor_table = NULL;
}

// Another one loads its choice when it starts.
static void the_calling_processors_choice_of_stubs_is_loaded_at_once(void **state)
{
    static struct processor here, there;

    fake_msr_set(MSR_GS_BASE, (uint64_t)&here);
    processor_choose_stubs(&there, IDT_TRACED);
    assert_null(event_effect(1));
    assert_ptr_equal(there.chosen_idt, traced_idt);
    event_clear();
    processor_choose_stubs(&here, IDT_TRACED);
    processor_choose_stubs(&here, IDT_PLAIN);
    event_expect_all(
        (const struct event[]){
            {EVENT_MSR_READ, MSR_GS_BASE, (uint64_t)&here},
            {EVENT_IDT_LOAD, (uint64_t)traced_idt, 4095},
            {EVENT_MSR_READ, MSR_GS_BASE, (uint64_t)&here},
            {EVENT_IDT_LOAD, (uint64_t)here.idt, 4095},
        },
        4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_processor_loads_its_record_before_its_tables_and_the_interrupt_table_last, set_up),
        cmocka_unit_test_setup(segments_are_the_manuals_and_the_task_state_names_its_stacks, set_up),
        cmocka_unit_test_setup(a_gate_is_an_interrupt_gate_with_its_stack, set_up),
        cmocka_unit_test_setup(every_gate_leads_to_the_stub_of_its_vector_mode_and_set, set_up),
        cmocka_unit_test_setup(every_processors_table_leads_to_the_stubs_of_the_mode, set_up),
        cmocka_unit_test_setup(the_calling_processors_choice_of_stubs_is_loaded_at_once, set_up),
        cmocka_unit_test_setup(what_may_not_be_in_service_leads_to_stubs_that_look, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
