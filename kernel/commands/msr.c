// msr: a model-specific register of a processor, read on it.

#include "kernel/commands/commands.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/diagnose/raw.h"
#include "kernel/lib/json.h"

// Static: a processor that answers after the time limit still writes it.
static struct {
    uint32_t number;
    bool exists;
    uint64_t value;
} taken;

static void msr_take(void *context)
{
    taken.exists = raw_msr_read(taken.number, &taken.value);
}

static void msr_print(struct command_call *call, uint32_t cpu)
{
    struct json json;

    if (!call->json) {
        output_format(call->out, "cpu %u msr 0x%08x: 0x%016llx\n", cpu, taken.number, (unsigned long long)taken.value);
        return;
    }
    json_line_begin(&json, call->out, "msr");
    json_number(&json, "cpu", cpu);
    json_hex(&json, "msr", taken.number, 8);
    json_hex(&json, "value", taken.value, 16);
    json_line_end(&json);
}

static enum result msr_run(struct command_call *call)
{
    uint64_t number, cpu = host_cpu_current();
    enum result result = command_expect(call, 1, 2);
    if (result == RESULT_OK)
        result = command_number(call, 1, &number);
    if (result == RESULT_OK && call->word_count == 3)
        result = command_number(call, 2, &cpu);
    if (result != RESULT_OK)
        return result;
    if (number > UINT32_MAX)
        return command_fail(call, RESULT_INVALID, "registers are numbered up to 0xffffffff");
    if (cpu >= cpu_total())
        return command_fail(call, RESULT_NOT_FOUND, "there is no cpu %s", call->words[2]);
    taken.number = (uint32_t)number;
    result = cpu_call((uint32_t)cpu, msr_take, NULL);
    if (result != RESULT_OK)
        return command_fail(call, result, "cpu %u does not answer: %s", (unsigned)cpu, result_name(result));
    if (!taken.exists)
        return command_fail(call, RESULT_NOT_FOUND, "cpu %u has no register 0x%x: reading it raises #GP", (unsigned)cpu,
                            taken.number);
    msr_print(call, (uint32_t)cpu);
    return RESULT_OK;
}

const struct command command_msr = {
    .name = "msr",
    .usage = "msr NUMBER [CPU]",
    .summary = "A model-specific register; reads only",
    .run = msr_run,
    .options = "NUMBER\tas the processor's manual has it\n"
               "CPU\tof this processor, read on it; else of the one that runs this\n",
    .examples = "msr 0x1b\n"
                "msr 0x1b 1\n",
};
