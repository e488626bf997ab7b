// lapic: a processor's local APIC, register by register.

#include "kernel/commands/commands.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/diagnose/raw.h"
#include "kernel/lib/json.h"

enum { LAPIC_REGISTERS = 64, LAPIC_BITMAPS = 0x10, LAPIC_BITMAPS_END = 0x28 };

// Static: a processor that answers after the time limit still writes it.
static struct raw_apic_register taken[LAPIC_REGISTERS];
static uint32_t taken_count;

static void lapic_take(void *context)
{
    taken_count = 0;
    while (taken_count < LAPIC_REGISTERS && raw_apic_read(taken_count, &taken[taken_count]))
        taken_count++;
}

// Which of the 256 vectors a word of ISR, TMR or IRR stands for; the others are not bitmaps.
static bool is_bitmap(const struct raw_apic_register *found)
{
    return found->number >= LAPIC_BITMAPS && found->number < LAPIC_BITMAPS_END;
}

static void lapic_print(struct output *out, const struct raw_apic_register *found)
{
    uint32_t first = found->number % 8 * 32;

    if (is_bitmap(found) && found->value)
        output_format(out, "0x%02x %-16s 0x%08x vectors 0x%02x to 0x%02x\n", found->number, found->name, found->value,
                      first, first + 31);
    else if (!is_bitmap(found))
        output_format(out, "0x%02x %-16s 0x%08x\n", found->number, found->name, found->value);
}

static void lapic_print_json(struct output *out, uint32_t cpu, const struct raw_apic_register *found)
{
    struct json json;

    json_line_begin(&json, out, "lapic");
    json_number(&json, "cpu", cpu);
    json_string(&json, "register", found->name);
    json_hex(&json, "number", found->number, 2);
    json_hex(&json, "value", found->value, 8);
    json_line_end(&json);
}

static enum result lapic_run(struct command_call *call)
{
    uint64_t cpu = host_cpu_current();
    enum result result = command_expect(call, 0, 1);
    if (result == RESULT_OK && call->word_count == 2)
        result = command_number(call, 1, &cpu);
    if (result != RESULT_OK)
        return result;
    if (cpu >= cpu_total())
        return command_fail(call, RESULT_NOT_FOUND, "there is no cpu %s", call->words[1]);
    result = cpu_call((uint32_t)cpu, lapic_take, NULL);
    if (result != RESULT_OK)
        return command_fail(call, result, "cpu %u does not answer: %s", (unsigned)cpu, result_name(result));
    for (uint32_t i = 0; i < taken_count; i++)
        if (call->json)
            lapic_print_json(call->out, (uint32_t)cpu, &taken[i]);
        else
            lapic_print(call->out, &taken[i]);
    if (!call->json)
        output_format(call->out, "cpu %u, %s; words of ISR, TMR and IRR that are 0 are left out\n", (unsigned)cpu,
                      cpu_get((uint32_t)cpu)->apic_mode ? cpu_get((uint32_t)cpu)->apic_mode : "-");
    return RESULT_OK;
}

const struct command command_lapic = {
    .name = "lapic",
    .usage = "lapic [CPU]",
    .summary = "The registers of a processor's local APIC",
    .run = lapic_run,
    .options = "CPU\tof this processor, read on it; else of the one that runs this\n",
    .examples = "lapic\n"
                "lapic 1\n",
};
