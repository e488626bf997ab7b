// Bulk-only wrappers and SCSI commands, against the figures of the specifications.
// sources: drivers/usb/usb_bot.c

#include "drivers/usb/usb_bot.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void a_command_wrapper_is_as_the_specification_prints_it(void **state)
{
    static const uint8_t expected[USB_BOT_COMMAND_LENGTH] = {
        'U',  'S', 'B',  'C',  0x78, 0x56, 0x34, 0x12, 0x00, 0x10, 0, 0, 0x80, 0, 10, // tag, 4096 bytes, IN, lun 0
        0x28, 0,   0x00, 0x01, 0x02, 0x03, 0,    0,    8,    0,                       // READ(10) of 8 blocks
    };
    struct usb_bot_command command = usb_bot_read(0x10203, 8, 512);
    uint8_t wrapper[USB_BOT_COMMAND_LENGTH];

    memset(wrapper, 0xff, sizeof(wrapper));
    usb_bot_wrap(&command, 0x12345678, wrapper);
    assert_memory_equal(wrapper, expected, sizeof(expected));
}

static void a_write_goes_out_and_large_numbers_need_sixteen_bytes(void **state)
{
    static const uint8_t expected[16] = {0x8a, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1};
    struct usb_bot_command command = usb_bot_write(UINT64_C(0x100000002), 1, 4096);

    assert_false(command.is_in);
    assert_int_equal(command.data, 4096);
    assert_int_equal(command.length, 16);
    assert_memory_equal(command.bytes, expected, sizeof(expected));
    assert_int_equal(usb_bot_write(UINT32_MAX, 1, 512).length, 16);
    assert_int_equal(usb_bot_write(UINT32_MAX - 1, 1, 512).length, 10);
    assert_int_equal(usb_bot_write(1, 1, 512).bytes[0], 0x2a);
}

static void a_status_is_passed_failed_a_phase_error_or_not_one(void **state)
{
    uint8_t status[USB_BOT_STATUS_LENGTH] = {'U', 'S', 'B', 'S', 7};

    assert_int_equal(usb_bot_status_read(status, sizeof(status), 7), USB_BOT_PASSED);
    assert_int_equal(usb_bot_status_read(status, sizeof(status), 8), USB_BOT_INVALID);
    assert_int_equal(usb_bot_status_read(status, sizeof(status) - 1, 7), USB_BOT_INVALID);
    status[12] = 1;
    assert_int_equal(usb_bot_status_read(status, sizeof(status), 7), USB_BOT_FAILED);
    status[12] = 2;
    assert_int_equal(usb_bot_status_read(status, sizeof(status), 7), USB_BOT_PHASE);
    status[12] = 3;
    assert_int_equal(usb_bot_status_read(status, sizeof(status), 7), USB_BOT_INVALID);
    status[0] = 'X';
    assert_int_equal(usb_bot_status_read(status, sizeof(status), 7), USB_BOT_INVALID);
}

static void a_capacity_is_the_last_block_and_their_size(void **state)
{
    static const uint8_t small[8] = {0, 0, 0x7f, 0xff, 0, 0, 2, 0}, full[8] = {0xff, 0xff, 0xff, 0xff, 0, 0, 2, 0};
    static const uint8_t odd[8] = {0, 0, 0x7f, 0xff, 0, 0, 2, 1}, large[8] = {0, 0, 0x7f, 0xff, 0, 0, 0x20, 0};
    static const uint8_t wide[32] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x10, 0};
    uint64_t blocks;
    uint32_t size;

    assert_true(usb_bot_capacity_read(small, false, &blocks, &size));
    assert_int_equal(blocks, 0x8000);
    assert_int_equal(size, 512);
    assert_true(usb_bot_capacity_read(full, false, &blocks, &size));
    assert_true(blocks > UINT32_MAX);
    assert_true(usb_bot_capacity_read(wide, true, &blocks, &size));
    assert_int_equal(blocks, UINT64_C(0x100000001));
    assert_int_equal(size, 4096);
    assert_false(usb_bot_capacity_read(odd, false, &blocks, &size));
    assert_false(usb_bot_capacity_read(large, false, &blocks, &size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_wrapper_is_as_the_specification_prints_it),
        cmocka_unit_test(a_write_goes_out_and_large_numbers_need_sixteen_bytes),
        cmocka_unit_test(a_status_is_passed_failed_a_phase_error_or_not_one),
        cmocka_unit_test(a_capacity_is_the_last_block_and_their_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
