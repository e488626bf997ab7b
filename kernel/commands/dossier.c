// dossier: all there is to know about this machine and what it did, as one text to send to somebody.

#include "kernel/commands/commands.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/report_keep.h"

// What commands print. A failure of any is the verdict's.
static const char *const sections[] = {"version",  "firmware", "cpus",  "memory", "acpi",    "remap",      "pci",
                                       "messages", "selftest", "audit", "prove",  "latency", "interrupts", "log"};

struct dossier {
    struct output output; // to the console and to what is kept
    struct output *console;
    struct output *kept;
    bool json;
    uint32_t failed;
    char worst[2 * COMMAND_ERROR_LENGTH]; // the first section that failed, and why
};

static void show_and_keep(struct output *self, const char *bytes, size_t length)
{
    struct dossier *dossier = CONTAINER_OF(self, struct dossier, output);

    dossier->console->write(dossier->console, bytes, length);
    dossier->kept->write(dossier->kept, bytes, length);
}

static enum result add_section(struct dossier *dossier, const char *command)
{
    char line[CONSOLE_LINE_LENGTH], error[COMMAND_ERROR_LENGTH];
    struct json json;

    format_text(line, sizeof(line), "%s%s", command, dossier->json ? " --json" : "");
    if (!dossier->json)
        output_format(&dossier->output, "\n== %s ==\n", command);
    enum result result = console_run_into(&dossier->output, line, error);
    if (dossier->json) {
        json_line_begin(&json, &dossier->output, "dossier_section");
        json_string(&json, "command", command);
        json_string(&json, "error", result == RESULT_OK ? NULL : error);
        json_line_end(&json);
    } else if (result != RESULT_OK) {
        output_format(&dossier->output, "failed: %s\n", error);
    }
    if (result != RESULT_OK && dossier->failed++ == 0)
        format_text(dossier->worst, sizeof(dossier->worst), "%s: %s", command, error);
    return console_stop_asked() ? RESULT_STOPPED : RESULT_OK;
}

static void print_verdict_json(struct dossier *dossier, size_t kept)
{
    struct json json;

    json_line_begin(&json, &dossier->output, "dossier");
    json_bool(&json, "passed", !dossier->failed);
    json_string(&json, "worst", dossier->failed ? dossier->worst : NULL);
    json_number(&json, "kept", kept);
    json_number(&json, "lost", report_keep_lost());
    json_hex(&json, "checksum", report_keep_checksum(), 8);
    json_line_end(&json);
}

// The checksum is of all that stands above it.
static void print_verdict(struct dossier *dossier, size_t kept)
{
    output_format(&dossier->output, "\nverdict: %s%s\n",
                  dossier->failed ? "FAIL: " : "PASS, by selftest, audit and prove",
                  dossier->failed ? dossier->worst : "");
    if (!kept) {
        output_format(dossier->console, "kept nowhere: the loader set no place aside\n");
        return;
    }
    output_format(&dossier->output, "CRC-32 of all above: 0x%08x\n", report_keep_checksum());
    output_format(dossier->console, "kept, %llu bytes%s: after reboot the loader writes them to signalbox-last.txt\n",
                  (unsigned long long)report_keep_seal(), report_keep_lost() ? " and cut off" : "");
}

static enum result dossier_run(struct command_call *call)
{
    struct dossier dossier = {.output.write = show_and_keep, .console = call->out, .json = call->json};
    enum result result = command_expect(call, 0, 0);

    if (result != RESULT_OK)
        return result;
    dossier.kept = report_keep_begin();
    for (uint32_t i = 0; i < ARRAY_COUNT(sections) && result == RESULT_OK; i++)
        result = add_section(&dossier, sections[i]);
    if (result != RESULT_OK) {
        (void)report_keep_seal();
        return command_fail(call, result, "stopped");
    }
    (call->json ? print_verdict_json : print_verdict)(&dossier, report_keep_seal());
    (void)report_keep_seal();
    return dossier.failed ? command_fail(call, RESULT_FAILED, "%.150s", dossier.worst) : RESULT_OK;
}

const struct command command_dossier = {
    .name = "dossier",
    .usage = "dossier",
    .summary = "All there is to know of this machine, for a report",
    .run = dossier_run,
    .is_verbatim = true,
    .examples = "dossier\n",
};
