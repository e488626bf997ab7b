// ioapic: the IOAPICs and the redirection entries of their pins (82093AA datasheet 3.2.4).

#include "kernel/commands/commands.h"
#include "kernel/diagnose/raw.h"
#include "kernel/lib/json.h"

static bool has_bit(uint64_t entry, uint32_t bit)
{
    return entry >> bit & 1;
}

static void pin_print(struct output *out, uint32_t gsi, uint32_t pin, uint64_t entry)
{
    output_format(out, "%4u %4u 0x%016llx  0x%02x %11u %-6s %-5s %-4s %s\n", gsi, pin, (unsigned long long)entry,
                  (unsigned)(entry & 0xff), (unsigned)(entry >> 56), has_bit(entry, 16) ? "masked" : "-",
                  has_bit(entry, 15) ? "level" : "edge", has_bit(entry, 13) ? "low" : "high",
                  has_bit(entry, 14) ? "in service" : "-");
}

static void pin_print_json(struct output *out, uint32_t gsi, uint32_t pin, uint64_t entry)
{
    struct json json;

    json_line_begin(&json, out, "ioapic_pin");
    json_number(&json, "gsi", gsi);
    json_number(&json, "pin", pin);
    json_hex(&json, "entry", entry, 16);
    json_number(&json, "vector", entry & 0xff);
    json_number(&json, "destination", entry >> 56);
    json_bool(&json, "masked", has_bit(entry, 16));
    json_string(&json, "mode", has_bit(entry, 15) ? "level_sensitive" : "latched");
    json_string(&json, "polarity", has_bit(entry, 13) ? "active_low" : "active_high");
    json_bool(&json, "remote_irr", has_bit(entry, 14));
    json_line_end(&json);
}

static void ioapic_print(struct command_call *call, uint32_t number, const struct raw_ioapic *ioapic)
{
    struct json json;

    if (call->json) {
        json_line_begin(&json, call->out, "ioapic");
        json_number(&json, "ioapic", number);
        json_number(&json, "id", ioapic->id);
        json_hex(&json, "version", ioapic->version, 8);
        json_number(&json, "gsi_base", ioapic->gsi_base);
        json_number(&json, "pins", ioapic->pins);
        json_line_end(&json);
    } else {
        output_format(call->out, "ioapic %u: id %u, version register 0x%08x, %u pins from gsi %u on\n", number,
                      ioapic->id, ioapic->version, ioapic->pins, ioapic->gsi_base);
        output_format(call->out, "%4s %4s %-18s %5s %11s %-6s %-5s %-4s %s\n", "GSI", "PIN", "ENTRY", "VEC",
                      "DESTINATION", "MASK", "MODE", "POL", "REMOTE IRR");
    }
    for (uint32_t pin = 0; pin < ioapic->pins; pin++)
        (call->json ? pin_print_json : pin_print)(call->out, ioapic->gsi_base + pin, pin,
                                                  raw_ioapic_entry(number, pin));
}

static enum result ioapic_run(struct command_call *call)
{
    struct raw_ioapic ioapic;
    uint64_t number;
    enum result result = command_expect(call, 0, 1);
    if (result == RESULT_OK && call->word_count == 2)
        result = command_number(call, 1, &number);
    if (result != RESULT_OK)
        return result;
    if (call->word_count == 2 && (number > UINT32_MAX || !raw_ioapic_get((uint32_t)number, &ioapic)))
        return command_fail(call, RESULT_NOT_FOUND, "there is no ioapic %s", call->words[1]);
    if (call->word_count == 2) {
        ioapic_print(call, (uint32_t)number, &ioapic);
        return RESULT_OK;
    }
    for (uint32_t i = 0; raw_ioapic_get(i, &ioapic); i++)
        ioapic_print(call, i, &ioapic);
    return RESULT_OK;
}

const struct command command_ioapic = {
    .name = "ioapic",
    .usage = "ioapic [N]",
    .summary = "The IOAPICs and the entries of their pins",
    .run = ioapic_run,
    .options = "N\tthis one alone, counted from 0\n",
    .examples = "ioapic\n"
                "ioapic 0\n",
};
