// The list of what the firmware left on.

#include "kernel/inventory/firmware.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void a_finding_is_kept_as_it_was_recorded(void **state)
{
    firmware_record("isr_bit", 0x21, "cpu %u vector 0x%02x", 0, 0x21);
    assert_int_equal(firmware_total(), 1);
    assert_string_equal(firmware_get(0)->item, "isr_bit");
    assert_string_equal(firmware_get(0)->where, "cpu 0 vector 0x21");
    assert_int_equal(firmware_get(0)->value, 0x21);
    assert_null(firmware_get(1));
}

static void a_long_place_is_cut(void **state)
{
    firmware_record("bad_table", 0, "%0100d", 1);
    assert_int_equal(strlen(firmware_get(1)->where), sizeof(firmware_get(1)->where) - 1);
}

static void when_the_table_is_full_further_ones_are_counted(void **state)
{
    for (uint32_t i = firmware_total(); i < 130; i++)
        firmware_record("bus_master", i, "%u", i);
    assert_int_equal(firmware_total(), 128);
    assert_int_equal(firmware_dropped(), 2);
    assert_int_equal(firmware_get(127)->value, 127);
    assert_null(firmware_get(128));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_is_kept_as_it_was_recorded),
        cmocka_unit_test(a_long_place_is_cut),
        cmocka_unit_test(when_the_table_is_full_further_ones_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
