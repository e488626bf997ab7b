// Reports of a USB keyboard: which keys went down and up.
// sources: drivers/usb/hid_boot.c

#include "drivers/usb/hid_boot.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct hid_boot boot;
static char told[128];

static void tell(void *context, struct key_event event)
{
    size_t used = strlen(told);

    snprintf(told + used, sizeof(told) - used, "%c%02x", event.is_pressed ? '+' : '-', event.usage);
}

static const char *after(const uint8_t *report, uint32_t length)
{
    told[0] = '\0';
    hid_boot_take(&boot, report, length, tell, NULL);
    return told;
}

#define AFTER(...) after((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static int start(void **state)
{
    memset(&boot, 0, sizeof(boot));
    return 0;
}

static void keys_go_down_and_up_wherever_they_stand_in_the_report(void **state)
{
    assert_string_equal(AFTER(0, 0, 4, 0, 0, 0, 0, 0), "+04");
    assert_string_equal(AFTER(0, 0, 4, 5, 0, 0, 0, 0), "+05");
    assert_string_equal(AFTER(0, 0, 5, 0, 0, 0, 0, 0), "-04");
    assert_string_equal(AFTER(0, 0, 5, 0, 0, 0, 0, 0), "");
    assert_string_equal(AFTER(0, 0, 0, 0, 0, 0, 0, 0), "-05");
}

static void modifiers_come_before_the_keys_they_change(void **state)
{
    assert_string_equal(AFTER(0x22, 0, 4, 0, 0, 0, 0, 0), "+e1+e5+04");
    assert_string_equal(AFTER(0x20, 0, 6, 0, 0, 0, 0, 0), "-e1-04+06");
}

static void too_many_keys_and_short_reports_change_nothing(void **state)
{
    assert_string_equal(AFTER(0, 0, 4, 0, 0, 0, 0, 0), "+04");
    assert_string_equal(AFTER(0, 0, 1, 1, 1, 1, 1, 1), "");
    assert_string_equal(AFTER(1, 0, 0, 0, 0, 0, 0), "");
    assert_string_equal(AFTER(0, 0, 0, 0, 0, 0, 0, 0, 9), "-04");
    assert_string_equal(AFTER(0, 0, 5, 5, 0xe1, 0xff, 0, 0), "+05");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(keys_go_down_and_up_wherever_they_stand_in_the_report, start),
        cmocka_unit_test_setup(modifiers_come_before_the_keys_they_change, start),
        cmocka_unit_test_setup(too_many_keys_and_short_reports_change_nothing, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
