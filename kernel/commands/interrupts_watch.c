// interrupts -w: which rows count now, and how fast.

#include "kernel/commands/interrupts.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/heap.h"

// A terminal has 24 rows at least; a row has room for so much about CPUs.
enum { WATCH_ROWS = 20, WATCH_CPUS_TEXT = 25, WATCH_SECOND = 1000000000 };

#define WATCH_HOME    "\033[H"
#define WATCH_CLEAR   "\033[H\033[2J"
#define WATCH_LINE    "\033[K\n" // what stood behind goes
#define WATCH_NO_MORE "\033[J"   // what stood below goes

struct watch_total {
    uint64_t count;
    uint64_t change;
};

struct watch {
    struct command_call *call;
    uint32_t seconds;
    bool sparse;
    struct interrupts_rows rows;
    struct watch_total *totals; // a row each
    uint64_t *counts;           // a row each, and in it a CPU each
    uint64_t *changes;
    uint64_t taken;       // when the counts were
    uint64_t nanoseconds; // between the last two times; 0: there was one
    bool is_first;        // the counts are the first ones taken
};

static size_t watch_cell(uint32_t row, uint32_t cpu)
{
    return (size_t)row * cpu_total() + cpu;
}

// Tenths are shown: a row may count less than once a second.
static uint64_t watch_tenths(const struct watch *watch, uint64_t change)
{
    return watch->nanoseconds ? change * 10 * (WATCH_SECOND / 1000) / (watch->nanoseconds / 1000 + 1) : 0;
}

static void watch_take_row(struct watch *watch, uint32_t row)
{
    struct watch_total total = {0};

    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        size_t cell = watch_cell(row, cpu);
        uint64_t count = interrupts_count(&watch->rows.rows[row], cpu);
        watch->changes[cell] = watch->is_first ? 0 : count - watch->counts[cell];
        watch->counts[cell] = count;
        total.count += count;
        total.change += watch->changes[cell];
    }
    watch->totals[row] = total;
}

static uint64_t watch_clamp(uint64_t value)
{
    return value < UINT32_MAX ? value : UINT32_MAX;
}

// The busiest first; of equally busy ones, that with the most.
static void watch_take(struct watch *watch)
{
    uint64_t now = host_nanoseconds();

    for (uint32_t row = 0; row < watch->rows.count; row++) {
        watch_take_row(watch, row);
        watch->rows.keys[row] = watch_clamp(watch->totals[row].change) << 32 | watch_clamp(watch->totals[row].count);
    }
    selection_order(watch->rows.keys, watch->rows.order, watch->rows.count);
    watch->nanoseconds = watch->is_first ? 0 : now - watch->taken;
    watch->taken = now;
}

static uint64_t watch_change_all(const struct watch *watch)
{
    uint64_t change = 0;

    for (uint32_t row = 0; row < watch->rows.count; row++)
        change += watch->totals[row].change;
    return change;
}

// "0:250 3:1000", a second on each CPU, as far as there is room.
static const char *watch_cpus(const struct watch *watch, uint32_t row, char text[WATCH_CPUS_TEXT])
{
    struct output_buffer buffer;
    char one[32];

    output_buffer_start(&buffer, text, WATCH_CPUS_TEXT);
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        uint64_t change = watch->changes[watch_cell(row, cpu)];
        if (!change)
            continue;
        size_t length = format_text(one, sizeof(one), "%s%u:%llu", buffer.length ? " " : "", cpu,
                                    (unsigned long long)((watch_tenths(watch, change) + 5) / 10));
        if (buffer.length + length + sizeof(" ...") > WATCH_CPUS_TEXT) {
            output_format(&buffer.output, " ...");
            break;
        }
        output_format(&buffer.output, "%s", one);
    }
    return text;
}

static void watch_print_row(const struct watch *watch, uint32_t number)
{
    const struct watch_total *total = &watch->totals[number];
    const struct interrupts_row *row = &watch->rows.rows[number];
    uint64_t tenths = watch_tenths(watch, total->change);
    char label[INTERRUPTS_LABEL_WIDTH + 8], cpus[WATCH_CPUS_TEXT];

    output_format(watch->call->out, "%-*s %-4.4s %-10.10s %10llu %7llu.%u %s" WATCH_LINE, INTERRUPTS_LABEL_WIDTH,
                  interrupts_label(row, label), row->message ? interrupts_kind(row) : "sys", interrupts_owner(row),
                  (unsigned long long)total->count, (unsigned long long)(tenths / 10), (unsigned)(tenths % 10),
                  watch_cpus(watch, number, cpus));
}

// What stood below is cleared with the last line: output goes out line by line.
static void watch_show(struct watch *watch)
{
    struct output *out = watch->call->out;
    uint32_t shown = 0, left_out = 0;

    output_format(out, WATCH_HOME "%-*s %-4s %-10s %10s %9s %s" WATCH_LINE, INTERRUPTS_LABEL_WIDTH, "DEVICE          N",
                  "KIND", "DRIVER", "COUNT", "A SECOND", "ON CPU:A SECOND");
    for (uint32_t i = 0; i < watch->rows.count && watch->rows.keys[watch->rows.order[i]]; i++) {
        if (shown == WATCH_ROWS) {
            left_out++;
            continue;
        }
        watch_print_row(watch, watch->rows.order[i]);
        shown++;
    }
    output_format(out, WATCH_NO_MORE "%llu interrupts a second; every %u s, Ctrl-C ends",
                  (unsigned long long)(watch_tenths(watch, watch_change_all(watch)) / 10), watch->seconds);
    if (left_out)
        output_format(out, "; %u slower rows are left out", left_out);
    output_format(out, "\n");
}

static void watch_json_row(const struct watch *watch, uint32_t row)
{
    uint64_t change = watch->totals[row].change;
    struct json json;

    interrupts_json_begin(&json, watch->call->out, &watch->rows.rows[row], &watch->counts[watch_cell(row, 0)],
                          watch->sparse);
    json_number(&json, "change", change);
    json_number(&json, "per_second", (watch_tenths(watch, change) + 5) / 10);
    json_line_end(&json);
}

static void watch_json(const struct watch *watch)
{
    uint64_t change = watch_change_all(watch);
    uint32_t busiest = watch->rows.order[0];
    char label[INTERRUPTS_LABEL_WIDTH + 8];
    struct json json;

    for (uint32_t row = 0; row < watch->rows.count; row++)
        watch_json_row(watch, row);
    json_line_begin(&json, watch->call->out, "interrupts_summary");
    json_number(&json, "rows", watch->rows.count);
    json_number(&json, "milliseconds", watch->nanoseconds / 1000000);
    json_number(&json, "change", change);
    json_number(&json, "per_second", (watch_tenths(watch, change) + 5) / 10);
    json_string(&json, "busiest", change ? interrupts_label(&watch->rows.rows[busiest], label) : NULL);
    json_line_end(&json);
}

// The screen is there at once; a set of JSON lines after the first period, when there is something to tell.
static void watch_run(struct watch *watch)
{
    bool json = watch->call->json;
    uint64_t start = host_nanoseconds(), counted = 0;

    if (!json)
        output_format(watch->call->out, WATCH_CLEAR);
    for (watch->is_first = true; !console_stop_asked(); watch->is_first = false) {
        watch_take(watch);
        counted += watch_change_all(watch);
        if (!json)
            watch_show(watch);
        else if (!watch->is_first)
            watch_json(watch);
        (void)console_pause(watch->seconds * WAIT_MILLISECONDS(1000));
    }
    // Ctrl-C may have come in the middle of a screen, whose rest goes.
    if (!json)
        output_format(watch->call->out, WATCH_NO_MORE "%llu interrupts in %llu ms\n", (unsigned long long)counted,
                      (unsigned long long)((watch->taken - start) / 1000000));
}

enum result interrupts_watch(struct command_call *call, const struct selection *selection, uint32_t seconds)
{
    struct watch watch = {.call = call, .seconds = seconds, .sparse = selection->nonzero};
    enum result result = interrupts_rows_take(call, selection, &watch.rows);
    size_t cells = (size_t)watch.rows.count * cpu_total() + 1;

    if (result != RESULT_OK)
        return result;
    watch.totals = heap_allocate((watch.rows.count + 1) * sizeof(*watch.totals));
    watch.counts = heap_allocate(cells * sizeof(*watch.counts));
    watch.changes = heap_allocate(cells * sizeof(*watch.changes));
    bool has_memory = watch.totals && watch.counts && watch.changes;
    if (has_memory)
        watch_run(&watch);
    heap_free(watch.totals);
    heap_free(watch.counts);
    heap_free(watch.changes);
    interrupts_rows_free(&watch.rows);
    return has_memory ? command_fail(call, RESULT_STOPPED, "stopped")
                      : command_fail(call, RESULT_NO_MEMORY, "no memory for %u rows", watch.rows.count);
}
