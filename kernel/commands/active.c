// active, inactive: a device's messages silenced for a while, registration and routes kept; and programmed anew.

#include "kernel/commands/commands.h"
#include "kernel/core/irq_program.h"
#include "kernel/inventory/device.h"
#include "kernel/lib/json.h"

static void active_print(struct command_call *call, const struct message_set *set)
{
    char address[DEVICE_ADDRESS_TEXT];

    pci_address_format(device_of(set)->address, address);
    if (!call->json) {
        output_format(call->out, "%s: %u messages %s\n", address, set->message_count,
                      set->is_inactive ? "inactive" : "active, programmed from the table");
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "active");
    json_string(&json, "bdf", address);
    json_bool(&json, "active", !set->is_inactive);
    json_number(&json, "messages", set->message_count);
    json_line_end(&json);
}

static enum result active_set(struct command_call *call, enum result (*change)(struct message_set *set))
{
    struct device *device;
    enum result result = command_expect(call, 1, 1);

    if (result == RESULT_OK)
        result = command_device(call, 1, &device);
    if (result != RESULT_OK)
        return result;
    if (!device->irq.messages)
        return command_fail(call, RESULT_NOT_FOUND, "%s has no connected messages", call->words[1]);
    result = change(device->irq.messages);
    if (result == RESULT_BUSY)
        return command_fail(call, result, "%s is inactive already", call->words[1]);
    if (result != RESULT_OK)
        return command_fail(call, result, "%s: %s", call->words[1], result_name(result));
    active_print(call, device->irq.messages);
    return RESULT_OK;
}

static enum result active_run(struct command_call *call)
{
    return active_set(call, irq_activate);
}

static enum result inactive_run(struct command_call *call)
{
    return active_set(call, irq_deactivate);
}

const struct command command_active = {
    .name = "active",
    .usage = "active BDF",
    .summary = "Programs a device's messages anew from the table",
    .run = active_run,
    .options = OPTION_BDF,
    .examples = "active 00:06.0\n",
};
const struct command command_inactive = {
    .name = "inactive",
    .usage = "inactive BDF",
    .summary = "Silences a device, its routes kept",
    .run = inactive_run,
    .options = OPTION_BDF,
    .examples = "inactive 00:06.0\n",
};
