// trace: records what every CPU's interrupts do, and prints it in forms that other tools open.

#include "kernel/commands/commands.h"
#include "kernel/core/cpu.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/trace/trace_control.h"
#include "kernel/trace/trace_ctf_dump.h"
#include "kernel/trace/trace_json.h"
#include "kernel/trace/trace_name.h"
#include "kernel/trace/trace_text.h"

static void add_counts(struct trace_counts *total, struct trace_counts one)
{
    total->recorded += one.recorded;
    total->kept += one.kept;
    total->lost += one.lost;
}

static struct trace_counts all_counts(void)
{
    struct trace_counts total = {0};

    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        add_counts(&total, trace_counts(cpu));
    return total;
}

static void json_counts(struct json *json, struct trace_counts counts)
{
    json_number(json, "recorded", counts.recorded);
    json_number(json, "kept", counts.kept);
    json_number(json, "lost", counts.lost);
    json_line_end(json);
}

static void print_summary(struct command_call *call)
{
    struct trace_counts total = all_counts();
    struct json json;

    if (call->json) {
        json_line_begin(&json, call->out, "trace_summary");
        json_bool(&json, "on", trace_is_started());
        json_number(&json, "room", trace_room());
        json_counts(&json, total);
        return;
    }
    output_format(call->out, "tracing is %s, room for %u events on each cpu\n%llu recorded, %llu kept, %llu lost\n",
                  trace_is_started() ? "on" : "off", trace_room(), (unsigned long long)total.recorded,
                  (unsigned long long)total.kept, (unsigned long long)total.lost);
}

static void print_cpu(struct command_call *call, uint32_t cpu)
{
    struct trace_counts counts = trace_counts(cpu);
    struct json json;

    if (call->json) {
        json_line_begin(&json, call->out, "trace_cpu");
        json_number(&json, "cpu", cpu);
        json_counts(&json, counts);
        return;
    }
    output_format(call->out, "%4u %12llu %12llu %12llu\n", cpu, (unsigned long long)counts.recorded,
                  (unsigned long long)counts.kept, (unsigned long long)counts.lost);
}

static enum result start(struct command_call *call)
{
    uint64_t events = 0;
    enum result result = command_expect(call, 1, 2);

    if (result == RESULT_OK && call->word_count == 3)
        result = command_number(call, 2, &events);
    if (result != RESULT_OK)
        return result;
    if (call->word_count == 3 && (events < TRACE_EVENTS_LEAST || events > TRACE_EVENTS_MOST))
        return command_fail(call, RESULT_INVALID, "each cpu can keep %u to %u events", (unsigned)TRACE_EVENTS_LEAST,
                            (unsigned)TRACE_EVENTS_MOST);
    result = trace_start((uint32_t)events);
    if (result != RESULT_OK)
        return command_fail(call, result, "nothing is recorded: %s", result_name(result));
    print_summary(call);
    return RESULT_OK;
}

static enum result stop(struct command_call *call)
{
    enum result result = command_expect(call, 1, 1);

    if (result != RESULT_OK)
        return result;
    result = trace_stop();
    if (result != RESULT_OK)
        return command_fail(call, result, "a cpu may go on recording: %s", result_name(result));
    print_summary(call);
    return RESULT_OK;
}

static enum result clear(struct command_call *call)
{
    enum result result = command_expect(call, 1, 1);

    if (result != RESULT_OK)
        return result;
    trace_clear();
    print_summary(call);
    return RESULT_OK;
}

static enum result status(struct command_call *call)
{
    enum result result = command_expect(call, 1, 1);

    if (result != RESULT_OK)
        return result;
    if (!call->json)
        output_format(call->out, "%4s %12s %12s %12s\n", "CPU", "RECORDED", "KEPT", "LOST");
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        print_cpu(call, cpu);
    print_summary(call);
    return RESULT_OK;
}

static bool next_event(struct trace_cursor *cursors, uint32_t count, struct trace_event *event)
{
    if (!trace_merge_next(cursors, count, event))
        return false;
    if (event->kind == TRACE_UNKNOWN)
        event->detail = trace_class(event->cpu, event->vector);
    return true;
}

static bool print_event(struct output *out, const struct trace_event *event)
{
    trace_text_event(out, event);
    return true;
}

static enum result dump_json(struct command_call *call, struct trace_cursor *cursors, uint32_t count)
{
    struct trace_event event;
    uint64_t printed = 0;

    trace_json_map(call->out);
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        print_cpu(call, cpu);
    for (; !console_stop_asked() && next_event(cursors, count, &event); printed++)
        trace_json_event(call->out, &event);
    if (console_stop_asked())
        return command_fail(call, RESULT_STOPPED, "stopped");
    trace_json_end(call->out, printed);
    return RESULT_OK;
}

static enum result dump_text(struct command_call *call, struct trace_cursor *cursors, uint32_t count)
{
    bool (*print)(struct output * out, const struct trace_event *event) =
        call->word_count == 3 ? trace_text_mark : print_event;
    struct trace_event event;
    uint64_t printed = 0;

    trace_text_header(call->out);
    while (!console_stop_asked() && next_event(cursors, count, &event))
        printed += print(call->out, &event);
    if (console_stop_asked())
        return command_fail(call, RESULT_STOPPED, "stopped");
    trace_text_end(call->out, printed);
    return RESULT_OK;
}

static enum result dump_ctf(struct command_call *call)
{
    struct trace_ctf_sent sent;

    // The map is no use where the frames cannot follow.
    if (!output_binary(call->out, "", 0))
        return command_fail(call, RESULT_UNSUPPORTED, "no port of the console carries binary bytes");
    trace_text_header(call->out);
    enum result result = trace_ctf_dump(call->out, &sent);
    if (result != RESULT_OK)
        return command_fail(call, result, "%s", result_name(result));
    output_format(call->out, "\n# trace ctf: %llu events in %u frames, %llu bytes\n", (unsigned long long)sent.events,
                  sent.frames, (unsigned long long)sent.bytes);
    return RESULT_OK;
}

static enum result dump(struct command_call *call)
{
    struct trace_cursor *cursors;
    uint32_t count;
    enum result result = command_expect(call, 1, 2);

    if (result != RESULT_OK)
        return result;
    if (call->json && call->word_count == 3)
        return command_fail(call, RESULT_INVALID, "a dump is JSON or '%.40s', not both", call->words[2]);
    bool is_ctf = call->word_count == 3 && strcmp(call->words[2], "ctf") == 0;
    if (call->word_count == 3 && !is_ctf && strcmp(call->words[2], "marks") != 0)
        return command_fail(call, RESULT_INVALID, "a dump is text, 'marks' or 'ctf', not '%.40s'", call->words[2]);
    result = trace_open(&cursors, &count);
    if (result == RESULT_NOT_FOUND)
        return command_fail(call, result, "nothing was ever recorded: trace start");
    if (result != RESULT_OK)
        return command_fail(call, result, "recording does not stop: %s", result_name(result));
    if (is_ctf)
        result = dump_ctf(call);
    else
        result = (call->json ? dump_json : dump_text)(call, cursors, count);
    enum result closed = trace_close();
    if (closed != RESULT_OK)
        return command_fail(call, closed, "recording does not go on: %s", result_name(closed));
    return result;
}

static const struct action {
    const char *name;
    enum result (*run)(struct command_call *call);
} actions[] = {{"start", start}, {"stop", stop}, {"clear", clear}, {"status", status}, {"dump", dump}};

static enum result trace_run(struct command_call *call)
{
    enum result result = command_expect(call, 1, 2);

    if (result != RESULT_OK)
        return result;
    for (uint32_t i = 0; i < ARRAY_COUNT(actions); i++)
        if (strcmp(call->words[1], actions[i].name) == 0)
            return actions[i].run(call);
    return command_fail(call, RESULT_INVALID, "'%.40s' is none of start, stop, clear, status, dump", call->words[1]);
}

const struct command command_trace = {
    .is_verbatim = true,
    .name = "trace",
    .usage = "trace start [EVENTS] | stop | clear | status | dump [marks|ctf]",
    .summary = "Records what interrupts every CPU",
    .run = trace_run,
    .options = "start\trecords from now on, on every CPU\n"
               "EVENTS\thow many of them each CPU keeps; else 4080\n"
               "stop\trecords no more, what was recorded stays\n"
               "clear\tforgets what was recorded\n"
               "status\thow much was recorded, is kept, was lost\n"
               "dump\twhat was recorded, as ftrace's text\n"
               "marks\tas marks, which Perfetto draws\n"
               "ctf\tas framed CTF packets, binary\n",
    .examples = "trace start\n"
                "trace status\n"
                "trace stop\n"
                "trace dump\n"
                "trace clear\n",
};
