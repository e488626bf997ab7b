// Exceptions in words.
// sources: arch/interrupt/exception_text.c

#include "arch/interrupt/exception_text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_described(uint64_t vector, uint64_t error_code, uint64_t fault_address, const char *expected)
{
    const struct exception_frame frame = {.vector = vector, .error_code = error_code, .rip = 0xffffffff80001234};
    char text[160];
    size_t length = exception_describe(&frame, fault_address, text, sizeof(text));
    assert_string_equal(text, expected);
    assert_in_range(length, 1, sizeof(text) - 1);
}

static void every_exception_of_the_manual_has_its_name(void **state)
{
    assert_string_equal(exception_name(0), "#DE divide error");
    assert_string_equal(exception_name(2), "NMI interrupt");
    assert_string_equal(exception_name(8), "#DF double fault");
    assert_string_equal(exception_name(13), "#GP general protection");
    assert_string_equal(exception_name(14), "#PF page fault");
    assert_string_equal(exception_name(18), "#MC machine check");
    assert_string_equal(exception_name(21), "#CP control protection exception");
}

static void vectors_without_an_exception_are_reserved(void **state)
{
    assert_string_equal(exception_name(15), "reserved exception");
    assert_string_equal(exception_name(31), "reserved exception");
    assert_string_equal(exception_name(32), "reserved exception");
    assert_string_equal(exception_name(UINT64_MAX), "reserved exception");
}

static void a_page_fault_says_what_was_tried_and_why_it_failed(void **state)
{
    assert_described(14, 0x0, 0x10,
                     "#PF page fault at 0xffffffff80001234: read of 0x0000000000000010, not mapped (error 0x0)");
    assert_described(14, 0x3, 0xffffffff80000000,
                     "#PF page fault at 0xffffffff80001234: write to 0xffffffff80000000, not allowed (error 0x3)");
    assert_described(14, 0x11, 0xffffffff80050000,
                     "#PF page fault at 0xffffffff80001234: fetch from 0xffffffff80050000, not allowed (error 0x11)");
}

static void a_reserved_bit_and_user_mode_are_named(void **state)
{
    assert_described(14, 0xd, 0x1000,
                     "#PF page fault at 0xffffffff80001234: read of 0x0000000000001000, reserved bit set in an entry, "
                     "user mode (error 0xd)");
}

static void a_selector_error_names_table_and_entry(void **state)
{
    assert_described(13, 0x18, 0, "#GP general protection at 0xffffffff80001234: GDT entry 0x3 (error 0x18)");
    assert_described(11, 0x103, 0,
                     "#NP segment not present at 0xffffffff80001234: IDT entry 0x20, external event (error 0x103)");
    assert_described(10, 0x2c, 0, "#TS invalid TSS at 0xffffffff80001234: LDT entry 0x5 (error 0x2c)");
}

static void other_exceptions_say_vector_and_code(void **state)
{
    assert_described(13, 0, 0, "#GP general protection at 0xffffffff80001234 (vector 13, error 0x0)");
    assert_described(6, 0, 0, "#UD invalid opcode at 0xffffffff80001234 (vector 6, error 0x0)");
    assert_described(17, 0x18, 0, "#AC alignment check at 0xffffffff80001234 (vector 17, error 0x18)");
}

static void a_short_buffer_is_not_overrun(void **state)
{
    const struct exception_frame frame = {.vector = 14};
    char text[8] = "1234567";
    assert_in_range(exception_describe(&frame, 0, text, 5), 40, 200);
    assert_string_equal(text, "#PF ");
    assert_int_equal(text[5], '6');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_exception_of_the_manual_has_its_name),
        cmocka_unit_test(vectors_without_an_exception_are_reserved),
        cmocka_unit_test(a_page_fault_says_what_was_tried_and_why_it_failed),
        cmocka_unit_test(a_reserved_bit_and_user_mode_are_named),
        cmocka_unit_test(a_selector_error_names_table_and_entry),
        cmocka_unit_test(other_exceptions_say_vector_and_code),
        cmocka_unit_test(a_short_buffer_is_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
