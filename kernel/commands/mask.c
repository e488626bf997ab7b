// mask, unmask: holds a message back at its device, and lets it go again.

#include "kernel/commands/commands.h"
#include "kernel/core/irq.h"
#include "kernel/inventory/device.h"
#include "kernel/lib/json.h"

static void mask_print(struct command_call *call, const struct message *message)
{
    char address[DEVICE_ADDRESS_TEXT];
    pci_address_format(device_of(message->set)->address, address);
    if (!call->json) {
        output_format(call->out, "%s %u: %s\n", address, message->index, message->masked ? "masked" : "unmasked");
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "mask");
    json_string(&json, "bdf", address);
    json_number(&json, "index", message->index);
    json_bool(&json, "masked", message->masked);
    json_line_end(&json);
}

static enum result mask_set(struct command_call *call, bool masked)
{
    struct message *message;
    enum result result = command_expect(call, 2, 2);
    if (result == RESULT_OK)
        result = command_message(call, 1, &message);
    if (result != RESULT_OK)
        return result;
    result = irq_mask(message, masked);
    if (result == RESULT_UNSUPPORTED)
        return command_fail(call, result, "%s has no mask bit for its messages", call->words[1]);
    if (result != RESULT_OK) {
        return command_fail(call, result, "%s %s kept its mask: %s", call->words[1], call->words[2],
                            result_name(result));
    }
    mask_print(call, message);
    return RESULT_OK;
}

static enum result mask_run(struct command_call *call)
{
    return mask_set(call, true);
}

static enum result unmask_run(struct command_call *call)
{
    return mask_set(call, false);
}

const struct command command_mask = {
    .name = "mask",
    .usage = "mask BDF N",
    .summary = "Holds a message back at its device",
    .run = mask_run,
    .options = OPTION_BDF OPTION_N,
    .examples = "mask 00:06.0 0\n",
};
const struct command command_unmask = {
    .name = "unmask",
    .usage = "unmask BDF N",
    .summary = "Lets a masked message go again",
    .run = unmask_run,
    .options = OPTION_BDF OPTION_N,
    .examples = "unmask 00:06.0 0\n",
};
