// capture: shows what a device really writes when it sends a message.

#include "kernel/diagnose/capture.h"
#include "kernel/commands/commands.h"
#include "kernel/inventory/device.h"
#include "kernel/lib/json.h"

static void capture_print(struct output *out, const struct capture *capture)
{
    const struct message *message = capture->message;
    char address[DEVICE_ADDRESS_TEXT];
    output_format(out, "%s %u aimed at memory, 0x%llx, and fired\n",
                  pci_address_format(device_of(message->set)->address, address), message->index,
                  (unsigned long long)capture->address.address);
    if (capture->is_written)
        output_format(out, "written   0x%08x, %u bytes\n", capture->found, capture->bytes);
    else
        output_format(out, "written   nothing\n");
    output_format(out, "expected  0x%08x\n", capture->expected);
    if (capture->is_restored)
        output_format(out, "restored  address 0x%llx data 0x%x; the next shot arrived on cpu %u\n",
                      (unsigned long long)message->info.message_address.address, message->info.message_data,
                      message->cpu);
}

static void capture_print_json(struct output *out, const struct capture *capture, bool passed)
{
    const struct message *message = capture->message;
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;
    json_line_begin(&json, out, "capture");
    json_string(&json, "bdf", pci_address_format(device_of(message->set)->address, address));
    json_number(&json, "index", message->index);
    json_hex(&json, "address", capture->address.address, 8);
    json_bool(&json, "written", capture->is_written);
    if (capture->is_written)
        json_hex(&json, "data", capture->found, 8);
    else
        json_null(&json, "data");
    json_hex(&json, "expected", capture->expected, 8);
    json_number(&json, "bytes", capture->bytes);
    json_bool(&json, "restored", capture->is_restored);
    json_string(&json, "verdict", passed ? "pass" : "fail");
    json_line_end(&json);
}

static enum result capture_command(struct command_call *call)
{
    struct capture capture;
    struct message *message;
    enum result result = command_expect(call, 2, 2);
    if (result == RESULT_OK)
        result = command_message(call, 1, &message);
    if (result != RESULT_OK)
        return result;
    result = capture_run(message, &capture);
    // Without an address nothing was done.
    if (capture.address.address) {
        if (call->json)
            capture_print_json(call->out, &capture, result == RESULT_OK);
        else
            capture_print(call->out, &capture);
    }
    return result == RESULT_OK
               ? RESULT_OK
               : command_fail(call, result, "%s %s: %s", call->words[1], call->words[2], capture.reason);
}

const struct command command_capture = {
    .name = "capture",
    .usage = "capture BDF N",
    .summary = "Shows what the device writes when it sends a message",
    .run = capture_command,
    .options = OPTION_BDF OPTION_N,
    .examples = "capture 00:06.0 0\n",
};
