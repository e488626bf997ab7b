// The old interrupt controllers: what is written to which port, in which order.
// sources: tests/fakes/mmio.c tests/fakes/events.c

#include "tests/fakes/events.h"
#include "tests/fakes/mmio.h"

#include "arch/apic/pic.c"

#include "kernel/inventory/firmware.h"
#include "kernel/lib/types.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define OUT(port, value)              \
    {                                 \
        EVENT_PORT_WRITE, port, value \
    }
#define IN(port, value)              \
    {                                \
        EVENT_PORT_READ, port, value \
    }

static int set_up(void **state)
{
    fake_mmio_reset();
    event_clear();
    return 0;
}

// ICW1 to ICW4, then all masked: the first chip's cascade is line 2, the second's identity 2.
static void both_are_initialised_and_masked_in_this_order(void **state)
{
    static const struct event expected[] = {IN(0x21, 0xff),  IN(0xa1, 0xff),  OUT(0x20, 0x11), OUT(0x21, 0xc0),
                                            OUT(0x21, 0x04), OUT(0x21, 0x01), OUT(0x21, 0xff), OUT(0xa0, 0x11),
                                            OUT(0xa1, 0xc8), OUT(0xa1, 0x02), OUT(0xa1, 0x01), OUT(0xa1, 0xff)};
    uint32_t findings = firmware_total();

    fake_host_answer(0x21, 0xff);
    fake_host_answer(0xa1, 0xff);
    pic_quiet();
    event_expect_all(expected, ARRAY_COUNT(expected));
    assert_int_equal(firmware_total(), findings);
}

// The cascade is no line of a device.
static void lines_that_the_firmware_left_open_are_named(void **state)
{
    uint32_t findings = firmware_total();

    fake_host_answer(0x21, 0xfa);
    fake_host_answer(0xa1, 0x7f);
    pic_quiet();
    assert_int_equal(firmware_total(), findings + 2);
    assert_string_equal(firmware_get(findings)->where, "8259 line 0");
    assert_string_equal(firmware_get(findings + 1)->where, "8259 line 15");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(both_are_initialised_and_masked_in_this_order, set_up),
        cmocka_unit_test_setup(lines_that_the_firmware_left_open_are_named, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
