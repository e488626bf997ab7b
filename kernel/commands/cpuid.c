// cpuid: what the processor says of itself, leaf by leaf.

#include "kernel/commands/commands.h"
#include "kernel/diagnose/raw.h"
#include "kernel/lib/json.h"

enum { CPUID_LEAVES = 64 }; // of one range at most: the highest leaf is the processor's word

static void cpuid_print(struct command_call *call, uint32_t leaf, uint32_t subleaf)
{
    struct raw_cpuid found;
    struct json json;

    raw_cpuid_read(leaf, subleaf, &found);
    if (!call->json) {
        output_format(call->out, "0x%08x %7u 0x%08x 0x%08x 0x%08x 0x%08x\n", leaf, subleaf, found.eax, found.ebx,
                      found.ecx, found.edx);
        return;
    }
    json_line_begin(&json, call->out, "cpuid");
    json_hex(&json, "leaf", leaf, 8);
    json_number(&json, "subleaf", subleaf);
    json_hex(&json, "eax", found.eax, 8);
    json_hex(&json, "ebx", found.ebx, 8);
    json_hex(&json, "ecx", found.ecx, 8);
    json_hex(&json, "edx", found.edx, 8);
    json_line_end(&json);
}

// Subleaf 0 of each leaf of a range, whose first leaf names the last.
static void cpuid_print_range(struct command_call *call, uint32_t first)
{
    struct raw_cpuid found;

    raw_cpuid_read(first, 0, &found);
    for (uint32_t leaf = first; leaf <= found.eax && leaf - first < CPUID_LEAVES; leaf++)
        cpuid_print(call, leaf, 0);
}

static enum result cpuid_run(struct command_call *call)
{
    uint64_t leaf, subleaf = 0;
    enum result result = command_expect(call, 0, 2);
    if (result == RESULT_OK && call->word_count > 1)
        result = command_number(call, 1, &leaf);
    if (result == RESULT_OK && call->word_count > 2)
        result = command_number(call, 2, &subleaf);
    if (result != RESULT_OK)
        return result;
    if (call->word_count > 1 && (leaf > UINT32_MAX || subleaf > UINT32_MAX))
        return command_fail(call, RESULT_INVALID, "LEAF and SUBLEAF are up to 0xffffffff");
    if (!call->json)
        output_format(call->out, "%-10s %7s %-10s %-10s %-10s %s\n", "LEAF", "SUBLEAF", "EAX", "EBX", "ECX", "EDX");
    if (call->word_count > 1) {
        cpuid_print(call, (uint32_t)leaf, (uint32_t)subleaf);
        return RESULT_OK;
    }
    cpuid_print_range(call, 0);
    cpuid_print_range(call, UINT32_C(0x80000000));
    return RESULT_OK;
}

const struct command command_cpuid = {
    .name = "cpuid",
    .usage = "cpuid [LEAF [SUBLEAF]]",
    .summary = "What the processor says of itself",
    .run = cpuid_run,
    .options = "LEAF\tthis one alone; else subleaf 0 of each there is\n"
               "SUBLEAF\tof the leaf, else 0\n",
    .examples = "cpuid\n"
                "cpuid 0xb 1\n",
};
