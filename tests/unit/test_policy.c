// Policy names and priority bands.

#include "kernel/core/policy.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void every_policy_has_a_name_that_reads_back(void **state)
{
    static const char *const names[] = {"default", "all_close", "one_close", "all", "specified", "spread"};
    enum irq_policy policy;

    for (uint32_t i = 0; i < IRQ_POLICY_COUNT; i++) {
        assert_string_equal(policy_name((enum irq_policy)i), names[i]);
        assert_int_equal(policy_parse(names[i], &policy), RESULT_OK);
        assert_int_equal(policy, i);
    }
    assert_string_equal(policy_name(IRQ_POLICY_COUNT), "unknown");
}

static void other_names_are_not_found_and_change_nothing(void **state)
{
    static const char *const names[] = {"", "al", "all_", "ALL", "spread ", "unknown"};
    enum irq_policy policy = IRQ_POLICY_ONE_CLOSE_PROCESSOR;

    for (uint32_t i = 0; i < ARRAY_COUNT(names); i++)
        assert_int_equal(policy_parse(names[i], &policy), RESULT_NOT_FOUND);
    assert_int_equal(policy, IRQ_POLICY_ONE_CLOSE_PROCESSOR);
}

static void the_bands_are_three_rows_each_of_the_device_levels(void **state)
{
    assert_int_equal(policy_band(IRQ_PRIORITY_LOW).lowest, 3);
    assert_int_equal(policy_band(IRQ_PRIORITY_LOW).highest, 5);
    assert_int_equal(policy_band(IRQ_PRIORITY_NORMAL).lowest, 6);
    assert_int_equal(policy_band(IRQ_PRIORITY_NORMAL).highest, 8);
    assert_int_equal(policy_band(IRQ_PRIORITY_HIGH).lowest, 9);
    assert_int_equal(policy_band(IRQ_PRIORITY_HIGH).highest, 11);
    assert_int_equal(policy_band(IRQ_PRIORITY_COUNT).lowest, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_policy_has_a_name_that_reads_back),
        cmocka_unit_test(other_names_are_not_found_and_change_nothing),
        cmocka_unit_test(the_bands_are_three_rows_each_of_the_device_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
