// firmware: what it had left on when the kernel started, and whose machine it says this is.

#include "kernel/inventory/firmware.h"
#include "kernel/commands/commands.h"
#include "kernel/inventory/machine_name.h"
#include "kernel/lib/json.h"

static void firmware_print_row(struct output *out, const struct firmware_finding *finding)
{
    output_format(out, "%-20s %-45s 0x%llx\n", finding->item, finding->where, (unsigned long long)finding->value);
}

static void firmware_print_json(struct output *out, const struct firmware_finding *finding)
{
    struct json json;
    json_line_begin(&json, out, "firmware");
    json_string(&json, "item", finding->item);
    json_string(&json, "where", finding->where);
    json_hex(&json, "value", finding->value, 1);
    json_line_end(&json);
}

static void firmware_print_summary(struct command_call *call)
{
    if (!call->json) {
        output_format(call->out, "%u findings, %u more not kept\nmachine: %s\nboard: %s\n", firmware_total(),
                      firmware_dropped(), machine_name[0] ? machine_name : "not named",
                      machine_board_name[0] ? machine_board_name : "not named");
        output_format(call->out, "firmware: %s\n", machine_firmware_name[0] ? machine_firmware_name : "not named");
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "firmware_summary");
    json_number(&json, "findings", firmware_total());
    json_number(&json, "dropped", firmware_dropped());
    json_string(&json, "machine", machine_name[0] ? machine_name : NULL);
    json_string(&json, "board", machine_board_name[0] ? machine_board_name : NULL);
    json_string(&json, "firmware", machine_firmware_name[0] ? machine_firmware_name : NULL);
    json_line_end(&json);
}

static enum result firmware_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    if (!call->json)
        output_format(call->out, "%-20s %-45s %s\n", "ITEM", "WHERE", "VALUE");
    for (uint32_t i = 0; i < firmware_total(); i++)
        (call->json ? firmware_print_json : firmware_print_row)(call->out, firmware_get(i));
    firmware_print_summary(call);
    return RESULT_OK;
}

const struct command command_firmware = {
    .name = "firmware",
    .usage = "firmware",
    .summary = "What the firmware had left on",
    .run = firmware_run,
    .examples = "firmware\n",
};
