// bench: what the kernel's operations cost on this machine, beside their budgets.

#include "kernel/bench/bench.h"
#include "kernel/bench/bench_boot.h"
#include "kernel/commands/commands.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/trace/trace_control.h"

// What a run came to.
struct bench_sum {
    uint32_t figures;
    uint32_t skipped;
    uint32_t over;
    uint32_t rejected;
    const struct message *fired; // as the last row had it
};

static const char *unit_of(bool in_instructions)
{
    return in_instructions ? "instructions" : "cycles";
}

static void print_clock(struct output *out, const struct bench_clock *clock)
{
    if (clock->ticks == 0)
        output_format(out, "The clock counts cycles: budgets, which are in instructions, are not judged.\n");
    else
        output_format(out, "The clock counts instructions, %llu tick%s each, of all processors together.\n",
                      (unsigned long long)clock->ticks, clock->ticks == 1 ? "" : "s");
    output_format(out, "%-25s %5s %8s %8s %8s %8s %6s\n", "FIGURE", "COUNT", "MIN", "MEDIAN", "P99", "MAX", "BUDGET");
}

static const char *verdict_of(const struct bench_outcome *outcome)
{
    if (!outcome->in_instructions || !outcome->figure->budget || outcome->has_device)
        return "-";
    return outcome->is_over ? "over" : "met";
}

static void print_row(struct output *out, const struct bench_outcome *outcome)
{
    const struct bench_statistics *found = &outcome->statistics;

    output_format(out, "%-25s %5u %8llu %8llu %8llu %8llu ", outcome->figure->name, found->count,
                  (unsigned long long)found->min, (unsigned long long)found->median, (unsigned long long)found->p99,
                  (unsigned long long)found->max);
    if (outcome->figure->budget)
        output_format(out, "%6llu", (unsigned long long)outcome->figure->budget);
    else
        output_format(out, "%6s", "-");
    output_format(out, " %s\n", verdict_of(outcome));
}

// Where the message is another one than above.
static void print_fired(struct output *out, const struct bench_outcome *outcome, struct bench_sum *sum)
{
    char address[DEVICE_ADDRESS_TEXT];

    if (!outcome->fired || outcome->fired == sum->fired)
        return;
    sum->fired = outcome->fired;
    output_format(out, "fired by %s %u, %s%s:\n", pci_address_format(device_of(outcome->fired->set)->address, address),
                  outcome->fired->index, device_of(outcome->fired->set)->driver->name,
                  outcome->has_device ? ", whose own work until the message is in the figures" : "");
}

static void json_fired(struct json *json, const struct bench_outcome *outcome)
{
    char address[DEVICE_ADDRESS_TEXT];

    json_string(json, "bdf", pci_address_format(device_of(outcome->fired->set)->address, address));
    json_number(json, "index", outcome->fired->index);
    json_bool(json, "device_work", outcome->has_device);
}

static void json_row(struct output *out, const struct bench_outcome *outcome)
{
    const struct bench_statistics *found = &outcome->statistics;
    struct json json;

    json_line_begin(&json, out, "bench");
    json_string(&json, "name", outcome->figure->name);
    json_string(&json, "unit", unit_of(outcome->in_instructions));
    json_number(&json, "count", found->count);
    json_number(&json, "min", found->min);
    json_number(&json, "median", found->median);
    json_number(&json, "p99", found->p99);
    json_number(&json, "max", found->max);
    if (outcome->figure->budget)
        json_number(&json, "budget", outcome->figure->budget);
    if (outcome->detail_name)
        json_number(&json, outcome->detail_name, outcome->detail);
    if (outcome->fired)
        json_fired(&json, outcome);
    json_number(&json, "rejected", outcome->rejected);
    json_line_end(&json);
}

static void print_skip(const struct command_call *call, const struct bench_outcome *outcome)
{
    if (!call->json) {
        output_format(call->out, "%-25s left out: %s\n", outcome->figure->name, outcome->reason);
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "bench_skipped");
    json_string(&json, "name", outcome->figure->name);
    json_string(&json, "reason", outcome->reason);
    json_line_end(&json);
}

static void print_sum(const struct command_call *call, const struct bench_clock *clock, const struct bench_sum *sum)
{
    if (!call->json) {
        output_format(call->out, "%u figures in %s, %u left out, %u over budget", sum->figures,
                      unit_of(clock->ticks != 0), sum->skipped, sum->over);
        if (sum->rejected)
            output_format(call->out, "; %u trials rejected", sum->rejected);
        output_format(call->out, "\n");
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "bench_summary");
    json_string(&json, "unit", unit_of(clock->ticks != 0));
    json_number(&json, "ticks", clock->ticks);
    json_number(&json, "figures", sum->figures);
    json_number(&json, "skipped", sum->skipped);
    json_number(&json, "over", sum->over);
    json_number(&json, "rejected", sum->rejected);
    json_line_end(&json);
}

static enum result measure_one(struct command_call *call, const struct bench_clock *clock,
                               const struct bench_figure *figure, struct bench_sum *sum)
{
    struct bench_outcome outcome;
    enum result result = bench_measure(clock, figure, &outcome);

    sum->rejected += outcome.rejected;
    if (result == RESULT_UNSUPPORTED && outcome.reason[0]) {
        sum->skipped++;
        print_skip(call, &outcome);
        return RESULT_OK;
    }
    if (result == RESULT_STOPPED)
        return command_fail(call, result, "stopped");
    if (result != RESULT_OK)
        return command_fail(call, result, "%s could not be measured: %s", figure->name, result_name(result));
    sum->figures++;
    sum->over += outcome.is_over;
    if (call->json) {
        json_row(call->out, &outcome);
    } else {
        print_fired(call->out, &outcome, sum);
        print_row(call->out, &outcome);
    }
    return RESULT_OK;
}

// A name stands for itself and for those that begin with it and an underscore: "connect" is connect_1, connect_8, ...
static bool is_chosen(const char *name, const char *wanted)
{
    size_t length = wanted ? strlen(wanted) : 0;

    return !wanted || (strncmp(name, wanted, length) == 0 && (name[length] == '\0' || name[length] == '_'));
}

static enum result measure_stages(struct command_call *call, const struct bench_clock *clock, const char *wanted,
                                  struct bench_sum *sum)
{
    char name[BENCH_BOOT_NAME_LENGTH];
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < bench_boot_stage_count() && result == RESULT_OK; i++) {
        struct bench_figure figure = {bench_boot_stage_name(i, name), 0, i, bench_boot_stage};
        if (is_chosen(name, wanted))
            result = measure_one(call, clock, &figure, sum);
    }
    return result;
}

static enum result measure_chosen(struct command_call *call, const struct bench_clock *clock, const char *wanted)
{
    struct bench_sum sum = {0};

    for (const struct bench_figure *figure = bench_figures; figure->name; figure++) {
        if (!is_chosen(figure->name, wanted))
            continue;
        enum result result = measure_one(call, clock, figure, &sum);
        if (result != RESULT_OK)
            return result;
    }
    enum result result = measure_stages(call, clock, wanted, &sum);
    if (result != RESULT_OK)
        return result;
    if (sum.figures + sum.skipped == 0)
        return command_fail(call, RESULT_NOT_FOUND, "no figure is called '%.40s'", wanted);
    print_sum(call, clock, &sum);
    if (sum.figures == 0)
        return command_fail(call, RESULT_UNSUPPORTED, "nothing was measured: %u left out", sum.skipped);
    return RESULT_OK;
}

static enum result measure_untraced(struct command_call *call)
{
    struct bench_clock clock;

    bench_clock_calibrate(&clock);
    if (!call->json)
        print_clock(call->out, &clock);
    return measure_chosen(call, &clock, call->word_count == 2 ? call->words[1] : NULL);
}

// Recording pauses meanwhile, or every figure would have its cost in it.
static enum result bench_run(struct command_call *call)
{
    bool was_traced = trace_is_started();
    enum result result = command_expect(call, 0, 1);

    if (result == RESULT_OK && was_traced)
        result = trace_stop();
    if (result != RESULT_OK)
        return result;
    result = measure_untraced(call);
    enum result resumed = was_traced ? trace_start(0) : RESULT_OK;
    return result == RESULT_OK ? resumed : result;
}

static const char *bench_names(uint32_t index)
{
    return bench_figures[index].name;
}

const struct command command_bench = {
    .name = "bench",
    .usage = "bench [NAME]",
    .summary = "Measures what the kernel's operations cost",
    .run = bench_run,
    .names = bench_names,
    .options = "NAME\tthis figure alone\n",
    .examples = "bench self_ipi\n",
};
