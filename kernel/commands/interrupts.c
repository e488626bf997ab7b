// interrupts: counts by message and CPU, like /proc/interrupts, and the named system rows under them.

#include "kernel/commands/interrupts.h"
#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/core/wait.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/number.h"

enum { INTERRUPTS_MATRIX_WIDTH = 46, INTERRUPTS_LIST_INDENT = 33 };

#define INTERRUPTS_MEASURED WAIT_MILLISECONDS(1000)

static void interrupts_print_row(struct output *out, const struct interrupts_row *row, uint32_t width)
{
    char label[INTERRUPTS_LABEL_WIDTH + 8];
    output_format(out, "%-*s", INTERRUPTS_LABEL_WIDTH, interrupts_label(row, label));
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        output_format(out, "%*llu", (int)width, (unsigned long long)interrupts_count(row, cpu));
    output_format(out, " %s%s%s\n", interrupts_kind(row), row->message ? " " : "", interrupts_owner(row));
}

// On many processors: only those with a count, named.
static void interrupts_print_list(struct output *out, const struct interrupts_row *row)
{
    char label[INTERRUPTS_LABEL_WIDTH + 8];
    struct columns columns;
    output_format(out, "%-*s %-4.4s %-10.10s", INTERRUPTS_LABEL_WIDTH, interrupts_label(row, label),
                  row->message ? interrupts_kind(row) : "sys", interrupts_owner(row));
    columns_start(&columns, out, INTERRUPTS_LIST_INDENT);
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        uint64_t count = interrupts_count(row, cpu);
        if (count)
            columns_add(&columns, "cpu%u:%llu", cpu, (unsigned long long)count);
    }
    columns_end(&columns, "0");
}

// A blank and the widest number; counts may grow by a digit while they are printed.
static uint32_t interrupts_column_width(const struct interrupts_rows *rows)
{
    uint32_t digits = 2;
    uint64_t largest = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        uint64_t count = interrupts_count_all(&rows->rows[i]);
        largest = count > largest ? count : largest;
    }
    for (uint64_t rest = largest; rest >= 10; rest /= 10)
        digits++;
    return digits + 1 < 7 ? 7 : digits + 1;
}

static void interrupts_print_table(struct output *out, const struct interrupts_rows *rows)
{
    uint32_t width = interrupts_column_width(rows);
    bool is_matrix = width * cpu_total() <= INTERRUPTS_MATRIX_WIDTH;

    output_format(out, "%-*s", INTERRUPTS_LABEL_WIDTH, "DEVICE          N");
    for (uint32_t cpu = 0; is_matrix && cpu < cpu_total(); cpu++) {
        char name[16];
        format_text(name, sizeof(name), "CPU%u", cpu);
        output_format(out, "%*s", (int)width, name);
    }
    if (!is_matrix)
        output_format(out, " %-4s %-10s %s", "KIND", "DRIVER", "COUNTS BY CPU");
    output_format(out, "\n");
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct interrupts_row *row = &rows->rows[rows->order[i]];
        if (is_matrix)
            interrupts_print_row(out, row, width);
        else
            interrupts_print_list(out, row);
    }
}

static void interrupts_print_json(struct output *out, const struct interrupts_rows *rows,
                                  const struct selection *selection)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        uint32_t row = rows->order[i];
        struct json json;
        interrupts_json_begin(&json, out, &rows->rows[row], NULL, selection->nonzero);
        if (selection->sort == SELECTION_RATE)
            json_number(&json, "per_second", rows->keys[row]);
        json_line_end(&json);
    }
}

// False: stopped.
static bool interrupts_sort(struct interrupts_rows *rows, enum selection_sort sort)
{
    for (uint32_t i = 0; i < rows->count; i++)
        rows->keys[i] = interrupts_count_all(&rows->rows[i]);
    if (sort == SELECTION_RATE && console_pause(INTERRUPTS_MEASURED))
        return false;
    for (uint32_t i = 0; sort == SELECTION_RATE && i < rows->count; i++)
        rows->keys[i] = interrupts_count_all(&rows->rows[i]) - rows->keys[i];
    if (sort != SELECTION_TABLE)
        selection_order(rows->keys, rows->order, rows->count);
    return true;
}

static enum result interrupts_list(struct command_call *call, const struct selection *selection)
{
    struct interrupts_rows rows;
    enum result result = interrupts_rows_take(call, selection, &rows);
    if (result != RESULT_OK)
        return result;
    if (!interrupts_sort(&rows, selection->sort))
        result = command_fail(call, RESULT_STOPPED, "stopped");
    else if (call->json)
        interrupts_print_json(call->out, &rows, selection);
    else
        interrupts_print_table(call->out, &rows);
    interrupts_rows_free(&rows);
    return result;
}

static enum result interrupts_run(struct command_call *call)
{
    bool is_watch = call->word_count > 1 && strcmp(call->words[1], "-w") == 0;
    uint32_t first = is_watch ? 2 : 1;
    uint64_t seconds = 1;
    struct selection selection;

    if (is_watch && call->word_count > 2 && number_parse(call->words[2], &seconds))
        first++;
    if (seconds == 0 || seconds > INTERRUPTS_LONGEST_PERIOD)
        return command_fail(call, RESULT_INVALID, "SECONDS is 1 to %u", (unsigned)INTERRUPTS_LONGEST_PERIOD);
    enum result result = selection_parse(call, first, &selection);
    if (result != RESULT_OK)
        return result;
    return is_watch ? interrupts_watch(call, &selection, (uint32_t)seconds) : interrupts_list(call, &selection);
}

const struct command command_interrupts = {
    .name = "interrupts",
    .usage = "interrupts [-w [SECONDS]] " SELECTION_USAGE,
    .summary = "How often each message came on which CPU",
    .run = interrupts_run,
    .options = "-w\tlive: the busiest first and how fast, until Ctrl-C\n"
               "SECONDS\thow often to look: 1 to 3600, else 1\n" SELECTION_OPTIONS,
    .examples = "interrupts\n"
                "interrupts nonzero sort=count\n"
                "interrupts -w 1\n",
};
