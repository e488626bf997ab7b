// Numbers as people type them.

#include "kernel/lib/number.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint64_t read(const char *text)
{
    uint64_t value = 0;
    assert_true(number_parse(text, &value));
    return value;
}

static void decimal_and_hexadecimal_read_up_to_64_bits(void **state)
{
    assert_int_equal(read("0"), 0);
    assert_int_equal(read("007"), 7);
    assert_int_equal(read("0x1F"), 31);
    assert_int_equal(read("0Xabcdef"), 0xabcdef);
    assert_int_equal(read("18446744073709551615"), UINT64_MAX);
    assert_int_equal(read("0xffffffffffffffff"), UINT64_MAX);
    assert_int_equal(read("0x00000000000000000001"), 1);
}

static void anything_else_is_refused_and_changes_nothing(void **state)
{
    static const char *const texts[] = {"",
                                        "0x",
                                        "x1",
                                        "-1",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "1a",
                                        "0xg",
                                        "0b1",
                                        "1.0",
                                        "1,",
                                        "18446744073709551616",
                                        "0x10000000000000000"};
    uint64_t value = 99;

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        assert_false(number_parse(texts[i], &value));
    assert_int_equal(value, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_and_hexadecimal_read_up_to_64_bits),
        cmocka_unit_test(anything_else_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
