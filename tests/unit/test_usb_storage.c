// A stick behind the bulk-only transport: what is read and written, what is refused, and how an error is recovered
// from.
// sources: drivers/usb/usb_bot.c drivers/usb/usb_descriptor.c tests/fakes/heap.c tests/fakes/host.c

#include "tests/fakes/host.h"

#include "drivers/usb/usb_storage.c"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 64, SIZE = 512 };

// ---- the stick, as its endpoints show it ----

static struct {
    uint8_t medium[BLOCKS][SIZE];
    uint8_t data[USB_DATA_LENGTH];
    uint8_t command[USB_BOT_COMMAND_LENGTH];
    bool expects_data, owes_status;
    uint8_t status;
    uint32_t attentions;   // unit attentions still to report
    uint32_t writes;       // blocks written
    bool stalls_data;      // the next data stage
    uint32_t bad_statuses; // that are no status
    uint32_t resets, clears;
} stick;

static struct usb_device device;

void *usb_data(struct usb_device *of)
{
    return stick.data;
}

char *usb_name(const struct usb_device *of, char text[USB_NAME_TEXT])
{
    return strcpy(text, "port 1");
}

enum result usb_request(struct usb_device *of, struct usb_request request, void *data)
{
    assert_int_equal(request.type, USB_OUT_CLASS_INTERFACE);
    assert_int_equal(request.request, BOT_RESET);
    stick.resets++;
    stick.expects_data = stick.owes_status = false;
    return RESULT_OK;
}

enum result usb_pipe_clear(struct usb_pipe *pipe, bool is_told)
{
    assert_true(is_told);
    stick.clears++;
    return RESULT_OK;
}

enum result usb_pipes_open(struct usb_device *of, const struct usb_endpoint *const *endpoints, uint32_t count,
                           uint32_t hub_ports)
{
    return RESULT_OK;
}

static uint32_t big(const uint8_t *bytes, uint32_t count)
{
    uint32_t value = 0;

    while (count--)
        value = value << 8 | *bytes++;
    return value;
}

static void data_in(uint32_t length)
{
    const uint8_t *scsi = stick.command + 15;

    memset(stick.data, 0, length);
    if (scsi[0] == 0x25) {
        stick.data[3] = BLOCKS - 1;
        stick.data[6] = SIZE >> 8;
    } else if (scsi[0] == 0x28) {
        memcpy(stick.data, stick.medium[big(scsi + 2, 4)], length);
    }
}

static void data_out(uint32_t length)
{
    const uint8_t *scsi = stick.command + 15;

    assert_int_equal(scsi[0], 0x2a);
    assert_int_equal(length, big(scsi + 7, 2) * SIZE);
    memcpy(stick.medium[big(scsi + 2, 4)], stick.data, length);
    stick.writes += length / SIZE;
}

static void begin(void)
{
    memcpy(stick.command, stick.data, sizeof(stick.command));
    stick.expects_data = stick.command[8] || stick.command[9];
    stick.owes_status = true;
    stick.status = 0;
    if (stick.command[15] == 0 && stick.attentions) {
        stick.attentions--;
        stick.status = 1;
    }
}

static void give_status(uint32_t *moved)
{
    memset(stick.data, 0, USB_BOT_STATUS_LENGTH);
    memcpy(stick.data, stick.bad_statuses ? "XXXX" : "USBS", 4);
    stick.bad_statuses -= stick.bad_statuses ? 1 : 0;
    memcpy(stick.data + 4, stick.command + 4, 4);
    stick.data[12] = stick.status;
    stick.owes_status = false;
    *moved = USB_BOT_STATUS_LENGTH;
}

enum result usb_pipe_transfer(struct usb_pipe *pipe, uint32_t length, uint32_t *moved)
{
    bool is_in = pipe == &device.pipes[PIPE_IN];

    *moved = length;
    if (stick.expects_data) {
        stick.expects_data = false;
        assert_int_equal(is_in, stick.command[12] >> 7);
        if (stick.stalls_data) {
            stick.stalls_data = false;
            stick.status = 1;
            *moved = 0;
            return RESULT_FAILED;
        }
        (is_in ? data_in : data_out)(length);
    } else if (stick.owes_status) {
        assert_true(is_in);
        give_status(moved);
    } else {
        assert_false(is_in);
        assert_int_equal(length, USB_BOT_COMMAND_LENGTH);
        begin();
    }
    return RESULT_OK;
}

static struct usb_storage *storage;

static int start(void **state)
{
    fake_host_reset();
    fake_host.step = 1000000;
    memset(&stick, 0, sizeof(stick));
    stick.attentions = 1;
    for (uint32_t i = 0; i < BLOCKS; i++)
        memset(stick.medium[i], (int)i, SIZE);
    assert_int_equal(usb_storage_class.attach(&device), RESULT_OK);
    storage = usb_storage_first();
    return 0;
}

static int end(void **state)
{
    usb_storage_class.detach(&device);
    heap_free(storage);
    return 0;
}

static void a_stick_is_ready_after_its_attention_and_tells_its_size(void **state)
{
    assert_int_equal(usb_storage_blocks(storage), BLOCKS);
    assert_int_equal(usb_storage_block_size(storage), SIZE);
    assert_null(usb_storage_next(storage));
    assert_string_equal(usb_storage_name(storage), "port 1");
}

static void blocks_are_read_in_pieces_of_what_a_transfer_holds(void **state)
{
    static uint8_t read[20][SIZE];

    assert_int_equal(usb_storage_read(storage, 3, 20, read), RESULT_OK);
    for (uint32_t i = 0; i < 20; i++)
        assert_memory_equal(read[i], stick.medium[3 + i], SIZE);
    assert_int_equal(usb_storage_read(storage, BLOCKS - 1, 2, read), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(usb_storage_read(storage, UINT64_MAX, 2, read), RESULT_OUT_OF_BOUNDS);
}

static void only_granted_blocks_are_written(void **state)
{
    static uint8_t data[12][SIZE];

    memset(data, 0xa5, sizeof(data));
    assert_int_equal(usb_storage_write(storage, 10, 1, data), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(usb_storage_grant(storage, 10, 12), RESULT_OK);
    assert_int_equal(usb_storage_write(storage, 9, 2, data), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(usb_storage_write(storage, 11, 12, data), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(stick.writes, 0);
    assert_int_equal(usb_storage_write(storage, 10, 12, data), RESULT_OK);
    assert_int_equal(stick.writes, 12);
    for (uint32_t i = 0; i < BLOCKS; i++)
        assert_int_equal(stick.medium[i][0], i >= 10 && i < 22 ? 0xa5 : i);
    assert_int_equal(usb_storage_grant(storage, BLOCKS - 1, 2), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(usb_storage_flush(storage), RESULT_OK);
}

static void a_stalled_data_stage_fails_the_command_and_the_next_works(void **state)
{
    uint8_t read[SIZE];

    stick.stalls_data = true;
    assert_int_equal(usb_storage_read(storage, 0, 1, read), RESULT_FAILED);
    assert_int_equal(stick.clears, 1);
    assert_int_equal(stick.resets, 0);
    assert_int_equal(usb_storage_read(storage, 1, 1, read), RESULT_OK);
    assert_int_equal(read[0], 1);
}

static void a_status_that_is_none_resets_interface_and_both_endpoints(void **state)
{
    uint8_t read[SIZE];

    stick.bad_statuses = 1;
    assert_int_equal(usb_storage_read(storage, 0, 1, read), RESULT_FAILED);
    assert_int_equal(stick.resets, 1);
    assert_int_equal(stick.clears, 2);
    assert_int_equal(usb_storage_read(storage, 5, 1, read), RESULT_OK);
    assert_int_equal(read[0], 5);
}

static void a_stick_that_was_unplugged_is_gone(void **state)
{
    uint8_t read[SIZE];

    usb_storage_class.detach(&device);
    assert_null(usb_storage_first());
    assert_int_equal(usb_storage_read(storage, 0, 1, read), RESULT_GONE);
    assert_string_equal(usb_storage_name(storage), "unplugged");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stick_is_ready_after_its_attention_and_tells_its_size, start, end),
        cmocka_unit_test_setup_teardown(blocks_are_read_in_pieces_of_what_a_transfer_holds, start, end),
        cmocka_unit_test_setup_teardown(only_granted_blocks_are_written, start, end),
        cmocka_unit_test_setup_teardown(a_stalled_data_stage_fails_the_command_and_the_next_works, start, end),
        cmocka_unit_test_setup_teardown(a_status_that_is_none_resets_interface_and_both_endpoints, start, end),
        cmocka_unit_test_setup_teardown(a_stick_that_was_unplugged_is_gone, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
