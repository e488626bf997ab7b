// remap: the interrupt remapping units of the machine, and whether messages pass through them.

#include "kernel/commands/commands.h"
#include "kernel/core/message.h"
#include "kernel/inventory/remap_unit.h"
#include "kernel/lib/json.h"

static const char *remap_state(const struct remap_unit *unit)
{
    if (!unit->answers)
        return "no answer";
    return unit->is_on ? "on" : "off";
}

static void remap_print_row(struct output *out, uint32_t index, const struct remap_unit *unit)
{
    output_format(out, "%4u %-6s 0x%012llx %04x %4u.%u %-9s %-11s %-11s %-3s 0x%x\n", index, unit->kind,
                  (unsigned long long)unit->base.address, unit->segment, unit->version >> 4, unit->version & 0xf,
                  remap_state(unit), unit->can_remap ? "interrupts" : "-", unit->can_extended ? "32-bit IDs" : "-",
                  unit->is_translating ? "on" : "off", unit->faults);
}

static void remap_print_json(struct output *out, uint32_t index, const struct remap_unit *unit)
{
    struct json json;
    json_line_begin(&json, out, "remap_unit");
    json_number(&json, "unit", index);
    json_string(&json, "kind", unit->kind);
    json_hex(&json, "base", unit->base.address, 1);
    json_number(&json, "segment", unit->segment);
    json_bool(&json, "answers", unit->answers);
    json_hex(&json, "version", unit->version, 2);
    json_bool(&json, "interrupt_remapping", unit->can_remap);
    json_bool(&json, "extended_interrupt_mode", unit->can_extended);
    json_bool(&json, "enabled", unit->is_on);
    json_bool(&json, "dma_enabled", unit->is_translating);
    json_hex(&json, "faults", unit->faults, 1);
    json_line_end(&json);
}

static void remap_print_summary(struct command_call *call, uint32_t on)
{
    uint32_t total = remap_unit_total();

    if (!call->json) {
        output_format(call->out, "%u units, %u on; %u messages in compatibility format, none through an entry\n", total,
                      on, message_total());
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "remap_summary");
    json_number(&json, "units", total);
    json_number(&json, "enabled", on);
    json_number(&json, "entries", 0);
    json_number(&json, "messages", message_total());
    json_line_end(&json);
}

static enum result remap_run(struct command_call *call)
{
    uint32_t on = 0;
    enum result result = command_expect(call, 0, 0);

    if (result != RESULT_OK)
        return result;
    if (!call->json && remap_unit_total())
        output_format(call->out, "%4s %-6s %-14s %-4s %6s %-9s %-11s %-11s %-3s %s\n", "UNIT", "KIND", "BASE", "SEG",
                      "VERS", "STATE", "REMAPS", "EXTENDED", "DMA", "FAULTS");
    for (uint32_t i = 0; i < remap_unit_total(); i++) {
        const struct remap_unit *unit = remap_unit_get(i);
        (call->json ? remap_print_json : remap_print_row)(call->out, i, unit);
        on += unit->answers && unit->is_on;
    }
    remap_print_summary(call, on);
    return RESULT_OK;
}

const struct command command_remap = {
    .name = "remap",
    .usage = "remap",
    .summary = "The interrupt remapping units and their state",
    .run = remap_run,
    .examples = "remap\n",
};
