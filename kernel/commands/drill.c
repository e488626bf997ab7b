// drill: breaks something on purpose and checks that the tool for it names the break.

#include "kernel/drill/drill.h"
#include "kernel/commands/commands.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"

struct drill_counts {
    uint32_t passed;
    uint32_t failed;
    uint32_t skipped;
};

static void drill_print_json(struct output *out, const struct drill *drill, const struct drill_run *run,
                             enum drill_verdict verdict)
{
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;

    json_line_begin(&json, out, "drill");
    json_string(&json, "name", drill->name);
    json_string(&json, "detected_by", run->is_detected ? drill->detector : NULL);
    json_string(&json, "bdf", run->target ? pci_address_format(device_of(run->target->set)->address, address) : NULL);
    if (run->target)
        json_number(&json, "index", run->target->index);
    else
        json_null(&json, "index");
    json_string(&json, "detail", run->detail);
    json_bool(&json, "repaired", verdict != DRILL_SKIPPED && run->is_repaired);
    json_string(&json, "verdict", drill_verdict_name(verdict));
    json_line_end(&json);
}

static void drill_print(struct output *out, const struct drill *drill, const struct drill_run *run,
                        enum drill_verdict verdict)
{
    output_format(out, "%-4s %-17s %s\n", drill_verdict_name(verdict), drill->name, drill->summary);
    if (verdict == DRILL_SKIPPED)
        output_format(out, "     %s\n", run->detail);
    else
        output_format(out, "     %s: %s; %s\n", drill->detector, run->detail,
                      run->is_repaired ? "repaired, audit clean" : "NOT REPAIRED");
}

static void drill_print_summary(struct command_call *call, const struct drill_counts *counts)
{
    if (!call->json) {
        output_format(call->out, "%u drills passed, %u failed, %u skipped\n", counts->passed, counts->failed,
                      counts->skipped);
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "drill_summary");
    json_number(&json, "passed", counts->passed);
    json_number(&json, "failed", counts->failed);
    json_number(&json, "skipped", counts->skipped);
    json_line_end(&json);
}

static void drill_one(struct command_call *call, const struct drill *drill, const struct device *device,
                      struct drill_counts *counts)
{
    struct drill_run run;
    enum drill_verdict verdict = drill_carry_out(drill, device, &run);

    (call->json ? drill_print_json : drill_print)(call->out, drill, &run, verdict);
    counts->passed += verdict == DRILL_PASSED;
    counts->failed += verdict == DRILL_FAILED;
    counts->skipped += verdict == DRILL_SKIPPED;
}

static void drill_list_print(struct command_call *call)
{
    struct json json;
    uint32_t count = 0;

    for (const struct drill *const *each = drill_list; *each; each++) {
        if (!call->json) {
            output_format(call->out, "%-17s %-12s %s\n", (*each)->name, (*each)->detector, (*each)->summary);
            continue;
        }
        json_line_begin(&json, call->out, "drill_offered");
        json_string(&json, "name", (*each)->name);
        json_string(&json, "detector", (*each)->detector);
        json_string(&json, "summary", (*each)->summary);
        json_line_end(&json);
        count++;
    }
    if (!call->json)
        return;
    json_line_begin(&json, call->out, "drill_offered_summary");
    json_number(&json, "drills", count);
    json_line_end(&json);
}

static const char *drill_names(uint32_t index)
{
    return drill_list[index] ? drill_list[index]->name : NULL;
}

// A word that is an address aims all drills.
static enum result drill_parse(struct command_call *call, const struct drill **only, struct device **device)
{
    struct pci_address address;
    bool is_aimed = pci_address_parse(call->words[1], &address) == RESULT_OK;

    *only = NULL;
    *device = NULL;
    enum result result = command_expect(call, 1, is_aimed ? 1 : 2);
    if (result == RESULT_OK && (is_aimed || call->word_count > 2))
        result = command_device(call, is_aimed ? 1 : 2, device);
    if (result != RESULT_OK || is_aimed || strcmp(call->words[1], "all") == 0)
        return result;
    *only = drill_find(call->words[1]);
    return *only ? RESULT_OK
                 : command_fail(call, RESULT_NOT_FOUND, "there is no drill '%.40s', see drill", call->words[1]);
}

// Names the message that the drills break.
static void drill_print_target(struct command_call *call, const struct device *device)
{
    char address[DEVICE_ADDRESS_TEXT], reason[DRILL_DETAIL];
    const struct message *target = drill_choose(device, reason);

    if (target && !call->json)
        output_format(call->out, "target: %s message %u, %s, driver %s\n",
                      pci_address_format(device_of(target->set)->address, address), target->index,
                      message_kind_name(target->set->source->kind), device_of(target->set)->driver->name);
}

static enum result drill_run_command(struct command_call *call)
{
    struct drill_counts counts = {0};
    const struct drill *only;
    struct device *device;

    if (call->word_count == 1) {
        drill_list_print(call);
        return RESULT_OK;
    }
    enum result result = drill_parse(call, &only, &device);
    if (result != RESULT_OK)
        return result;
    drill_print_target(call, device);
    for (const struct drill *const *each = drill_list; *each && !console_stop_asked(); each++)
        if (!only || only == *each)
            drill_one(call, *each, device, &counts);
    drill_print_summary(call, &counts);
    if (console_stop_asked())
        return command_fail(call, RESULT_STOPPED, "stopped");
    if (counts.failed)
        return command_fail(call, RESULT_FAILED, "%u drills failed", counts.failed);
    return counts.passed ? RESULT_OK
                         : command_fail(call, RESULT_UNSUPPORTED, "nothing was tried, %u skipped", counts.skipped);
}

const struct command command_drill = {
    .name = "drill",
    .usage = "drill [NAME|all] [BDF]",
    .summary = "Breaks things on purpose, and checks who notices",
    .run = drill_run_command,
    .names = drill_names,
    .options = "NAME\tthis one; no word at all lists them\n"
               "all\tevery one\n"
               "BDF\taimed at this device, else at the one that most drills can break\n",
    .examples = "drill\n"
                "drill corrupt_entry\n"
                "drill all 00:06.0\n",
};
