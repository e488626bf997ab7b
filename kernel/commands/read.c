// read: one block of a storage device, its first bytes and its checksum. Storage is never written.

#include "kernel/commands/commands.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/crc32.h"
#include "kernel/lib/json.h"
#include "kernel/runtime/heap.h"

enum { READ_SHOWN = 64, READ_ROW = 16 };

static void read_print_row(struct output *out, uint32_t offset, const uint8_t *bytes)
{
    output_format(out, "%08x ", offset);
    for (uint32_t i = 0; i < READ_ROW; i++)
        output_format(out, "%s%02x", i == READ_ROW / 2 ? "  " : " ", bytes[i]);
    output_format(out, "  |");
    for (uint32_t i = 0; i < READ_ROW; i++)
        output_format(out, "%c", bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '.');
    output_format(out, "|\n");
}

static void read_print(struct command_call *call, const struct device *device, uint64_t block, const uint8_t *bytes)
{
    char address[DEVICE_ADDRESS_TEXT];
    uint32_t crc = crc32_of(bytes, DRIVER_BLOCK_SIZE);
    pci_address_format(device->address, address);
    if (!call->json) {
        for (uint32_t offset = 0; offset < READ_SHOWN; offset += READ_ROW)
            read_print_row(call->out, offset, bytes + offset);
        output_format(call->out, "%s block %llu: %u bytes, CRC-32 0x%08x\n", address, (unsigned long long)block,
                      (unsigned)DRIVER_BLOCK_SIZE, crc);
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "block");
    json_string(&json, "bdf", address);
    json_number(&json, "block", block);
    json_hex(&json, "crc32", crc, 8);
    json_number(&json, "length", DRIVER_BLOCK_SIZE);
    json_line_end(&json);
}

static enum result read_block(struct command_call *call, struct device *device, uint64_t block)
{
    void *bytes = heap_allocate(DRIVER_BLOCK_SIZE);
    if (!bytes)
        return command_fail(call, RESULT_NO_MEMORY, "no memory for a block");
    enum result result = device->driver->read_block(device, block, bytes);
    if (result == RESULT_OK) {
        read_print(call, device, block, bytes);
    } else {
        result = command_fail(call, result, "%s did not read block %s: %s", call->words[1], call->words[2],
                              result_name(result));
    }
    heap_free(bytes);
    return result;
}

static enum result read_run(struct command_call *call)
{
    struct device *device;
    uint64_t block;
    enum result result = command_expect(call, 2, 2);
    if (result == RESULT_OK)
        result = command_device(call, 1, &device);
    if (result == RESULT_OK)
        result = command_number(call, 2, &block);
    if (result != RESULT_OK)
        return result;
    if (!device->driver || !device->driver->read_block)
        return command_fail(call, RESULT_UNSUPPORTED, "%s is not a storage device with a driver", call->words[1]);
    return read_block(call, device, block);
}

const struct command command_read = {
    .name = "read",
    .usage = "read BDF BLOCK",
    .summary = "Reads a 4 KiB block of a storage device",
    .run = read_run,
    .options = OPTION_BDF "BLOCK\tits number, counted from 0\n",
    .examples = "read 00:02.0 1\n",
};
