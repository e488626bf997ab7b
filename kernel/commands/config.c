// config: a function's configuration space as it stands.

#include "kernel/commands/commands.h"
#include "kernel/lib/json.h"

enum { CONFIG_STANDARD = 0x100, CONFIG_WHOLE = 0x1000, CONFIG_ROW = 16 };

static void config_print_json(struct output *out, const struct device *device, uint16_t offset)
{
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;

    json_line_begin(&json, out, "config");
    json_string(&json, "bdf", pci_address_format(device->address, address));
    json_hex(&json, "offset", offset, 3);
    json_hex(&json, "value", device->read32(device, offset), 8);
    json_line_end(&json);
}

// Bytes in the order of their addresses, as lspci -x.
static void config_print_row(struct output *out, const struct device *device, uint16_t offset)
{
    output_format(out, "%03x:", offset);
    for (uint16_t at = offset; at < offset + CONFIG_ROW; at += 4) {
        uint32_t value = device->read32(device, at);
        for (uint32_t shift = 0; shift < 32; shift += 8)
            output_format(out, " %02x", value >> shift & 0xff);
    }
    output_format(out, "\n");
}

static void config_print(struct command_call *call, const struct device *device, uint16_t first, uint32_t end)
{
    uint32_t step = call->json ? 4 : CONFIG_ROW;

    for (uint32_t offset = first; offset < end; offset += step)
        (call->json ? config_print_json : config_print_row)(call->out, device, (uint16_t)offset);
}

static enum result config_run(struct command_call *call)
{
    struct device *device;
    uint64_t offset;
    enum result result = command_expect(call, 1, 2);
    if (result == RESULT_OK)
        result = command_device(call, 1, &device);
    if (result == RESULT_OK && call->word_count == 3)
        result = command_number(call, 2, &offset);
    if (result != RESULT_OK)
        return result;
    if (!device->read32)
        return command_fail(call, RESULT_UNSUPPORTED, "%s is no PCI function", call->words[1]);
    if (call->word_count == 2) {
        config_print(call, device, 0, device->extended_capabilities.count ? CONFIG_WHOLE : CONFIG_STANDARD);
        return RESULT_OK;
    }
    if (offset >= CONFIG_WHOLE || offset % 4 != 0)
        return command_fail(call, RESULT_INVALID, "OFFSET is a multiple of 4 below 0x1000");
    if (call->json)
        config_print_json(call->out, device, (uint16_t)offset);
    else
        output_format(call->out, "0x%03x: 0x%08x\n", (unsigned)offset, device->read32(device, (uint16_t)offset));
    return RESULT_OK;
}

const struct command command_config = {
    .name = "config",
    .usage = "config BDF [OFFSET]",
    .summary = "Configuration space as it is; reads only",
    .run = config_run,
    .options = OPTION_BDF "OFFSET\tone register of 32 bits alone\n",
    .examples = "config 00:06.0\n"
                "config 00:06.0 0x4\n",
};
