// Mass storage, bulk-only transport: wrappers and SCSI commands.

#include "drivers/usb/usb_bot.h"
#include "kernel/lib/memory.h"

enum { COMMAND_SIGNATURE = 0x43425355, STATUS_SIGNATURE = 0x53425355, DIRECTION_IN = 0x80, PHASE_ERROR = 2 };
enum {
    SCSI_TEST_UNIT_READY = 0x00,
    SCSI_REQUEST_SENSE = 0x03,
    SCSI_READ_CAPACITY_10 = 0x25,
    SCSI_READ_10 = 0x28,
    SCSI_WRITE_10 = 0x2a,
    SCSI_SYNCHRONIZE = 0x35,
    SCSI_READ_16 = 0x88,
    SCSI_WRITE_16 = 0x8a,
    SCSI_SERVICE_ACTION_IN = 0x9e,
    SERVICE_READ_CAPACITY_16 = 0x10,
    SENSE_LENGTH = 18,
    SHORT_CAPACITY = 8,
    LONG_CAPACITY = 32,
    LARGEST_BLOCK = 4096,
};

// The wrappers are little-endian, SCSI is big-endian.
static void put_little(uint8_t *bytes, uint32_t value)
{
    for (uint32_t i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get_little(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void put_big(uint8_t *bytes, uint32_t count, uint64_t value)
{
    for (uint32_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)(value >> 8 * (count - 1 - i));
}

static uint64_t get_big(const uint8_t *bytes, uint32_t count)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

struct usb_bot_command usb_bot_test_unit_ready(void)
{
    return (struct usb_bot_command){.bytes = {SCSI_TEST_UNIT_READY}, .length = 6};
}

struct usb_bot_command usb_bot_request_sense(void)
{
    return (struct usb_bot_command){.bytes = {SCSI_REQUEST_SENSE, [4] = SENSE_LENGTH},
                                    .length = 6,
                                    .data = SENSE_LENGTH,
                                    .is_in = true};
}

struct usb_bot_command usb_bot_read_capacity(bool is_long)
{
    if (!is_long)
        return (struct usb_bot_command){.bytes = {SCSI_READ_CAPACITY_10},
                                        .length = 10,
                                        .data = SHORT_CAPACITY,
                                        .is_in = true};
    return (struct usb_bot_command){.bytes = {SCSI_SERVICE_ACTION_IN, SERVICE_READ_CAPACITY_16, [13] = LONG_CAPACITY},
                                    .length = 16,
                                    .data = LONG_CAPACITY,
                                    .is_in = true};
}

static struct usb_bot_command transfer(uint8_t short_code, uint8_t long_code, uint64_t block, uint32_t count)
{
    bool is_long = block + count > UINT32_MAX || count > UINT16_MAX;
    struct usb_bot_command command = {.length = is_long ? 16 : 10};

    command.bytes[0] = is_long ? long_code : short_code;
    if (is_long) {
        put_big(command.bytes + 2, 8, block);
        put_big(command.bytes + 10, 4, count);
    } else {
        put_big(command.bytes + 2, 4, block);
        put_big(command.bytes + 7, 2, count);
    }
    return command;
}

struct usb_bot_command usb_bot_read(uint64_t block, uint32_t count, uint32_t block_size)
{
    struct usb_bot_command command = transfer(SCSI_READ_10, SCSI_READ_16, block, count);

    command.data = count * block_size;
    command.is_in = true;
    return command;
}

struct usb_bot_command usb_bot_write(uint64_t block, uint32_t count, uint32_t block_size)
{
    struct usb_bot_command command = transfer(SCSI_WRITE_10, SCSI_WRITE_16, block, count);

    command.data = count * block_size;
    return command;
}

struct usb_bot_command usb_bot_synchronize(void)
{
    return (struct usb_bot_command){.bytes = {SCSI_SYNCHRONIZE}, .length = 10};
}

void usb_bot_wrap(const struct usb_bot_command *command, uint32_t tag, uint8_t wrapper[USB_BOT_COMMAND_LENGTH])
{
    memset(wrapper, 0, USB_BOT_COMMAND_LENGTH);
    put_little(wrapper, COMMAND_SIGNATURE);
    put_little(wrapper + 4, tag);
    put_little(wrapper + 8, command->data);
    wrapper[12] = command->is_in ? DIRECTION_IN : 0;
    wrapper[14] = command->length;
    memcpy(wrapper + 15, command->bytes, command->length);
}

enum usb_bot_status usb_bot_status_read(const uint8_t *bytes, uint32_t length, uint32_t tag)
{
    if (length != USB_BOT_STATUS_LENGTH || get_little(bytes) != STATUS_SIGNATURE || get_little(bytes + 4) != tag)
        return USB_BOT_INVALID;
    if (bytes[12] == 0)
        return USB_BOT_PASSED;
    return bytes[12] == PHASE_ERROR ? USB_BOT_PHASE : bytes[12] == 1 ? USB_BOT_FAILED : USB_BOT_INVALID;
}

bool usb_bot_capacity_read(const uint8_t *bytes, bool is_long, uint64_t *blocks, uint32_t *block_size)
{
    uint64_t last = get_big(bytes, is_long ? 8 : 4), size = get_big(bytes + (is_long ? 8 : 4), 4);

    if (last == UINT64_MAX || size < 512 || size > LARGEST_BLOCK || size & (size - 1))
        return false;
    *blocks = last + 1;
    *block_size = (uint32_t)size;
    return true;
}
