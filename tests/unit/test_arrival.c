// Interrupts that are ended only where they are in service, exceptions told from messages, and local APIC errors.
// sources: arch/interrupt/exception_text.c tests/fakes/cpu.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c
// sources: tests/fakes/heap.c

#include "tests/fakes/cpu.h"
#include "tests/fakes/mmio.h"

#include "arch/interrupt/arrival.c"
#include "arch/interrupt/exception.c"
#include "arch/interrupt/system_interrupts.c"

#include "tests/fakes/events.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define EXPECT(...) \
    event_expect_all((const struct event[]){__VA_ARGS__}, sizeof((struct event[]){__VA_ARGS__}) / sizeof(struct event))
#define EOI                     \
    {                           \
        EVENT_CALL, APIC_EOI, 0 \
    }

// Stand for two instructions of arch/raw_msr.asm.
const char raw_msr_try[1], raw_msr_failed[1];

struct interrupt unowned_objects[VECTOR_COUNT];
static struct processor processor;
static uint32_t in_service; // the vector; 0: none
static uint32_t unowned;    // the vector that was noted last
static uint32_t error_status;
static jmp_buf panicked;

static uint32_t apic_read(enum apic_register number)
{
    event_add(EVENT_MEMORY_READ, number, error_status);
    return error_status;
}

static void apic_write(enum apic_register number, uint32_t value)
{
    event_add(EVENT_CALL, number, value);
    if (number == APIC_EOI)
        in_service = 0;
}

static const struct apic_operations operations = {"fake", apic_read, apic_write, NULL};

const struct apic_operations *apic(void)
{
    return &operations;
}

bool apic_is_in_service(uint32_t vector)
{
    return vector == in_service;
}

struct processor *processor_current(void)
{
    return &processor;
}

struct processor *processor_get(uint32_t number)
{
    return &processor;
}

void panic(const char *format, ...)
{
    longjmp(panicked, 1);
}

bool paging_is_stack_guard(uint64_t address)
{
    return false;
}

static uint64_t kernel_root;

uint64_t paging_root(void)
{
    return kernel_root;
}

void dpc_prepare(uint32_t cpu) {}
void drain_prepare(uint32_t cpu) {}
void cpu_call_prepare(uint32_t cpu) {}

static bool unowned_routine(const struct interrupt *self)
{
    unowned = self->message_id;
    return false;
}

static int set_up(void **state)
{
    fake_cpu_reset();
    fake_host_reset();
    processor = (struct processor){.number = 0};
    in_service = unowned = error_status = 0;
    for (uint32_t vector = 0; vector < VECTOR_COUNT; vector++)
        unowned_objects[vector] = (struct interrupt){.routine = unowned_routine, .message_id = vector};
    return 0;
}

static void the_spurious_vectors_own_arrival_is_counted_and_never_ended(void **state)
{
    in_service = 0x51; // what it interrupted: an end of interrupt would be this one's
    arrival_checked(VECTOR_SPURIOUS);
    EXPECT();
    assert_int_equal(in_service, 0x51);
    assert_int_equal(processor.slots[VECTOR_SPURIOUS].count, 1);
    assert_int_equal(processor.vectored_spurious_count, 0);
}

static void a_message_with_the_spurious_vector_is_ended_once_and_counted_apart(void **state)
{
    in_service = VECTOR_SPURIOUS;
    arrival_checked(VECTOR_SPURIOUS);
    EXPECT(EOI);
    assert_int_equal(processor.slots[VECTOR_SPURIOUS].count, 0);
    assert_int_equal(processor.vectored_spurious_count, 1);
    assert_int_equal(unowned, VECTOR_SPURIOUS);
}

static void an_interrupt_of_the_old_controllers_is_ended_only_if_the_local_apic_brought_it(void **state)
{
    in_service = 0x51;
    arrival_checked(VECTOR_LEGACY + 7);
    EXPECT();
    assert_int_equal(unowned, VECTOR_LEGACY + 7);
    in_service = VECTOR_LEGACY + 7;
    arrival_checked(VECTOR_LEGACY + 7);
    EXPECT(EOI);
    assert_int_equal(processor.slots[VECTOR_LEGACY + 7].count, 2);
}

static void a_message_to_any_exceptions_vector_is_ended_and_the_machine_goes_on(void **state)
{
    const uint32_t with_error_code[] = {8, 10, 11, 12, 13, 14, 17, 21, 29, 30};
    static uint32_t expected;

    for (size_t i = 0; i < ARRAY_COUNT(with_error_code); i++)
        expected |= UINT32_C(1) << with_error_code[i];
    for (uint32_t vector = 1; vector < EXCEPTION_COUNT; vector++) {
        struct exception_frame frame = {.vector = vector};
        in_service = vector;
        event_clear();
        if (setjmp(panicked))
            fail_msg("vector %u: panic", vector);
        assert_int_equal(exception_handle(&frame), expected >> vector & 1);
        EXPECT(EOI);
        assert_int_equal(unowned, vector);
    }
}

// What may come on a broken stack, or between two instructions of a stub, has its own.
static void only_double_fault_nmi_and_machine_check_have_stacks_of_their_own(void **state)
{
    for (uint32_t vector = 0; vector < VECTOR_COUNT; vector++)
        assert_int_equal(exception_ist_of(vector), vector == 8    ? GDT_IST_DOUBLE_FAULT
                                                   : vector == 2  ? GDT_IST_NMI
                                                   : vector == 18 ? GDT_IST_MACHINE_CHECK
                                                                  : GDT_IST_NONE);
    assert_int_not_equal(GDT_IST_DOUBLE_FAULT, GDT_IST_NMI);
    assert_int_not_equal(GDT_IST_NMI, GDT_IST_MACHINE_CHECK);
}

static void a_fault_is_still_a_fault(void **state)
{
    struct exception_frame frame = {.vector = 13};

    if (setjmp(panicked) == 0) {
        (void)exception_handle(&frame);
        fail();
    }
    EXPECT();
}

static void a_protection_fault_at_the_one_instruction_that_may_fault_goes_on_behind_it(void **state)
{
    struct exception_frame frame = {.vector = EXCEPTION_GENERAL_PROTECTION, .rip = (uint64_t)raw_msr_try};

    if (setjmp(panicked))
        fail_msg("panic");
    assert_false(exception_handle(&frame));
    assert_ptr_equal((const char *)frame.rip, raw_msr_failed);
    EXPECT();
}

static void count_one(struct exception_frame *frame)
{
    event_add(EVENT_CALL, 0, frame->vector);
}

static void an_nmi_before_its_handler_is_counted_and_one_after_it_handled(void **state)
{
    struct exception_frame frame = {.vector = EXCEPTION_NMI};

    if (setjmp(panicked))
        fail_msg("panic");
    assert_false(exception_handle(&frame));
    assert_int_equal(processor.nmi_count, 1);
    EXPECT();
    exception_nmi_attach(count_one);
    assert_false(exception_handle(&frame));
    assert_int_equal(processor.nmi_count, 1);
    EXPECT({EVENT_CALL, 0, EXCEPTION_NMI});
    exception_nmi_attach(NULL);
}

// On the firmware's tables neither console is mapped, and the panic would fault in turn.
static void a_fault_inside_a_firmware_call_comes_back_to_the_kernels_tables(void **state)
{
    struct exception_frame frame = {.vector = 13};

    kernel_root = 0x1000;
    fake_cpu.cr3 = 0x2000;
    if (setjmp(panicked) == 0)
        (void)exception_handle(&frame);
    EXPECT({EVENT_CONTROL_WRITE, 3, 0x1000});
    kernel_root = 0;
}

static void the_error_register_is_written_before_it_is_read(void **state)
{
    error_status = 0x40;
    assert_true(error_object.routine(&error_object));
    EXPECT({EVENT_CALL, APIC_ESR, 0}, {EVENT_MEMORY_READ, APIC_ESR, 0x40});
    assert_int_equal(processor.error_count, 1);
    assert_int_equal(processor.error_bits, 0x40);
}

static void an_error_interrupt_without_an_error_is_nobodys_message(void **state)
{
    assert_false(error_object.routine(&error_object));
    assert_int_equal(processor.error_count, 0);
    assert_int_equal(unowned, VECTOR_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_spurious_vectors_own_arrival_is_counted_and_never_ended, set_up),
        cmocka_unit_test_setup(a_message_with_the_spurious_vector_is_ended_once_and_counted_apart, set_up),
        cmocka_unit_test_setup(an_interrupt_of_the_old_controllers_is_ended_only_if_the_local_apic_brought_it, set_up),
        cmocka_unit_test_setup(a_message_to_any_exceptions_vector_is_ended_and_the_machine_goes_on, set_up),
        cmocka_unit_test_setup(only_double_fault_nmi_and_machine_check_have_stacks_of_their_own, set_up),
        cmocka_unit_test_setup(a_fault_is_still_a_fault, set_up),
        cmocka_unit_test_setup(a_protection_fault_at_the_one_instruction_that_may_fault_goes_on_behind_it, set_up),
        cmocka_unit_test_setup(an_nmi_before_its_handler_is_counted_and_one_after_it_handled, set_up),
        cmocka_unit_test_setup(a_fault_inside_a_firmware_call_comes_back_to_the_kernels_tables, set_up),
        cmocka_unit_test_setup(the_error_register_is_written_before_it_is_read, set_up),
        cmocka_unit_test_setup(an_error_interrupt_without_an_error_is_nobodys_message, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
