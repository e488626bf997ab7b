// unknown: the interrupts nobody owned, and where each probably came from.

#include "kernel/diagnose/unknown.h"
#include "kernel/commands/commands.h"
#include "kernel/core/cpu.h"
#include "kernel/lib/json.h"

enum { UNKNOWN_SECOND = 1000000000 };

static void unknown_print_row(struct output *out, const struct unknown *unknown)
{
    output_format(out, "%4u 0x%02x %8llu %6llu.%03llu %-8s %s\n", unknown->cpu, unknown->vector,
                  (unsigned long long)unknown->count, (unsigned long long)(unknown->last / UNKNOWN_SECOND),
                  (unsigned long long)(unknown->last % UNKNOWN_SECOND / 1000000), unknown_class_name(unknown->class),
                  unknown->detail);
}

static void unknown_print_json(struct output *out, const struct unknown *unknown)
{
    struct json json;
    json_line_begin(&json, out, "unknown");
    json_number(&json, "cpu", unknown->cpu);
    json_number(&json, "vector", unknown->vector);
    json_number(&json, "count", unknown->count);
    json_number(&json, "first_ns", unknown->first);
    json_number(&json, "last_ns", unknown->last);
    json_string(&json, "class", unknown_class_name(unknown->class));
    json_string(&json, "detail", unknown->detail);
    json_line_end(&json);
}

static void unknown_print_summary(struct command_call *call, uint32_t total, uint64_t arrivals)
{
    if (!call->json) {
        output_format(call->out, "%llu interrupts that nobody owned, on %u vectors; %llu more not kept\n",
                      (unsigned long long)arrivals, total, (unsigned long long)unknown_dropped());
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "unknown_summary");
    json_number(&json, "vectors", total);
    json_number(&json, "interrupts", arrivals);
    json_number(&json, "dropped", unknown_dropped());
    json_line_end(&json);
}

static void unknown_print(struct command_call *call, const struct unknown *unknown)
{
    (call->json ? unknown_print_json : unknown_print_row)(call->out, unknown);
}

// Looked for at the time of asking: they never arrive.
static uint32_t unknown_print_held(struct command_call *call)
{
    uint32_t count = 0;

    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        for (uint32_t held = unknown_held(cpu); held; held &= held - 1, count++) {
            struct unknown unknown = unknown_held_get(cpu, (uint32_t)__builtin_ctz(held));
            unknown_print(call, &unknown);
        }
    return count;
}

static enum result unknown_run(struct command_call *call)
{
    uint32_t total = unknown_total();
    uint64_t arrivals = 0;
    enum result result = command_expect(call, 0, 0);

    if (result != RESULT_OK)
        return result;
    if (!call->json)
        output_format(call->out, "%4s %4s %8s %10s %-8s %s\n", "CPU", "VEC", "COUNT", "LAST", "CLASS", "EVIDENCE");
    for (uint32_t i = 0; i < total; i++) {
        struct unknown unknown = unknown_get(i);
        unknown_print(call, &unknown);
        arrivals += unknown.count;
    }
    uint32_t held = unknown_print_held(call);
    unknown_print_summary(call, total + held, arrivals + held);
    return RESULT_OK;
}

const struct command command_unknown = {
    .name = "unknown",
    .usage = "unknown",
    .summary = "Interrupts that nobody owned, and what they were",
    .run = unknown_run,
    .examples = "unknown\n",
};
