// audit: reads everything on every message's way again and lists what differs from the table.

#include "kernel/diagnose/audit.h"
#include "kernel/commands/commands.h"
#include "kernel/inventory/device.h"
#include "kernel/lib/json.h"

static void audit_print_header(struct output *out)
{
    output_format(out, "%-12s %4s %-24s %-18s %-18s %s\n", "DEVICE", "N", "FIELD", "EXPECTED", "FOUND", "WHERE");
}

static void audit_print_row(struct audit *audit, const struct audit_drift *drift)
{
    struct command_call *call = audit->context;
    char address[DEVICE_ADDRESS_TEXT] = "-";
    if (audit->drifts == 1)
        audit_print_header(call->out);
    if (drift->device)
        pci_address_format(drift->device->address, address);
    output_format(call->out, "%-12s %4u %-24s %-18s %-18s %s\n", address, drift->index, drift->field, drift->expected,
                  drift->found, drift->where);
}

static void audit_print_json(struct audit *audit, const struct audit_drift *drift)
{
    struct command_call *call = audit->context;
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;
    json_line_begin(&json, call->out, "audit");
    json_string(&json, "bdf", drift->device ? pci_address_format(drift->device->address, address) : NULL);
    if (drift->device)
        json_number(&json, "index", drift->index);
    else
        json_null(&json, "index");
    json_string(&json, "field", drift->field);
    json_string(&json, "expected", drift->expected);
    json_string(&json, "found", drift->found);
    json_string(&json, "where", drift->where);
    json_line_end(&json);
}

static void audit_print_summary(struct command_call *call, const struct audit *audit)
{
    if (!call->json) {
        output_format(call->out, "%u messages, %u checks, %u drifts\n", audit->messages, audit->checks, audit->drifts);
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "audit_summary");
    json_number(&json, "messages", audit->messages);
    json_number(&json, "checks", audit->checks);
    json_number(&json, "drifts", audit->drifts);
    json_line_end(&json);
}

static enum result audit_run(struct command_call *call)
{
    struct audit audit = {.drift = call->json ? audit_print_json : audit_print_row, .context = call};
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    audit_all(&audit);
    if (console_stop_asked())
        return command_fail(call, RESULT_STOPPED, "stopped");
    audit_print_summary(call, &audit);
    if (audit.drifts)
        return command_fail(call, RESULT_MISMATCH, "%u drifts", audit.drifts);
    return audit.messages ? RESULT_OK : command_fail(call, RESULT_NOT_FOUND, "there is no message to audit");
}

const struct command command_audit = {
    .name = "audit",
    .usage = "audit",
    .summary = "Compares the hardware with the message table",
    .run = audit_run,
    .examples = "audit\n",
};
