// interrupts: counts by message and CPU, like /proc/interrupts, and the named system rows under them.

#include "kernel/commands/interrupts.h"
#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/memory.h"

enum { INTERRUPTS_MATRIX_WIDTH = 46, INTERRUPTS_LIST_INDENT = 33 };

// Where rows are printed, and how wide a count is.
struct interrupts_print {
    struct output *out;
    uint32_t width;
};

uint64_t interrupts_count(const struct interrupts_row *row, uint32_t cpu)
{
    return row->message ? message_count_on(row->message, cpu) : row->system->count(cpu);
}

static void interrupts_message_row(struct interrupts_row *row, const struct message *message)
{
    char address[DEVICE_ADDRESS_TEXT];
    *row = (struct interrupts_row){
        .message = message,
        .kind = message_kind_name(message->set->source->kind),
        .owner = columns_driver(device_of(message->set)),
    };
    format_text(row->label, sizeof(row->label), "%s %4u", pci_address_format(device_of(message->set)->address, address),
                message->index);
}

static void interrupts_system_row(struct interrupts_row *row, const struct system_count *system)
{
    *row = (struct interrupts_row){.system = system, .kind = "system", .owner = ""};
    format_text(row->label, sizeof(row->label), "%s", system->name);
}

void interrupts_for_each(interrupts_visitor *visit, void *context)
{
    struct interrupts_row row;
    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message) {
            interrupts_message_row(&row, message);
            visit(context, &row);
        }
    }
    for (uint32_t i = 0; i < system_counts_total(); i++) {
        interrupts_system_row(&row, system_counts_get(i));
        visit(context, &row);
    }
}

void interrupts_json_begin(struct json *json, struct output *out, const struct interrupts_row *row,
                           const uint64_t *counts)
{
    json_line_begin(json, out, row->message ? "interrupt" : "system");
    if (row->message) {
        const struct device *device = device_of(row->message->set);
        char address[DEVICE_ADDRESS_TEXT];
        json_string(json, "bdf", pci_address_format(device->address, address));
        json_number(json, "index", row->message->index);
        json_string(json, "driver", device->driver ? device->driver->name : NULL);
    } else {
        json_string(json, "name", row->system->name);
    }
    json_array_begin(json, "counts");
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        json_number(json, NULL, counts ? counts[cpu] : interrupts_count(row, cpu));
    json_array_end(json);
}

static void interrupts_print_json(void *context, const struct interrupts_row *row)
{
    const struct interrupts_print *print = context;
    struct json json;
    interrupts_json_begin(&json, print->out, row, NULL);
    json_line_end(&json);
}

static void interrupts_print_row(void *context, const struct interrupts_row *row)
{
    const struct interrupts_print *print = context;
    struct output *out = print->out;
    output_format(out, "%-*s", INTERRUPTS_LABEL_WIDTH, row->label);
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        output_format(out, "%*llu", (int)print->width, (unsigned long long)interrupts_count(row, cpu));
    output_format(out, " %s%s%s\n", row->kind, row->owner[0] ? " " : "", row->owner);
}

// On many processors: only those with a count, named.
static void interrupts_print_list(void *context, const struct interrupts_row *row)
{
    struct output *out = ((const struct interrupts_print *)context)->out;
    struct columns columns;
    output_format(out, "%-*s %-4.4s %-10.10s", INTERRUPTS_LABEL_WIDTH, row->label, row->message ? row->kind : "sys",
                  row->owner);
    columns_start(&columns, out, INTERRUPTS_LIST_INDENT);
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        uint64_t count = interrupts_count(row, cpu);
        if (count)
            columns_add(&columns, "cpu%u:%llu", cpu, (unsigned long long)count);
    }
    columns_end(&columns, "0");
}

static uint64_t interrupts_largest(void)
{
    uint64_t largest = 0;
    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message) {
            uint64_t count = message_count_all(message);
            largest = count > largest ? count : largest;
        }
    }
    for (uint32_t i = 0; i < system_counts_total(); i++) {
        for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
            uint64_t count = system_counts_get(i)->count(cpu);
            largest = count > largest ? count : largest;
        }
    }
    return largest;
}

// A blank and the widest number; counts may grow by a digit while they are printed.
static uint32_t interrupts_column_width(void)
{
    uint32_t digits = 2;
    for (uint64_t rest = interrupts_largest(); rest >= 10; rest /= 10)
        digits++;
    return digits + 1 < 7 ? 7 : digits + 1;
}

static void interrupts_print_table(struct output *out)
{
    struct interrupts_print print = {out, interrupts_column_width()};
    if (print.width * cpu_total() > INTERRUPTS_MATRIX_WIDTH) {
        output_format(out, "%-*s %-4s %-10s %s\n", INTERRUPTS_LABEL_WIDTH, "DEVICE          N", "KIND", "DRIVER",
                      "COUNTS BY CPU");
        interrupts_for_each(interrupts_print_list, &print);
        return;
    }
    output_format(out, "%-*s", INTERRUPTS_LABEL_WIDTH, "DEVICE          N");
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        char name[16];
        format_text(name, sizeof(name), "CPU%u", cpu);
        output_format(out, "%*s", (int)print.width, name);
    }
    output_format(out, "\n");
    interrupts_for_each(interrupts_print_row, &print);
}

static void interrupts_print_all(struct command_call *call)
{
    struct interrupts_print print = {.out = call->out};
    if (call->json)
        interrupts_for_each(interrupts_print_json, &print);
    else
        interrupts_print_table(call->out);
}

static enum result interrupts_run(struct command_call *call)
{
    uint64_t seconds = 1;
    enum result result = command_expect(call, 0, 2);
    if (result == RESULT_OK && call->word_count > 1 && strcmp(call->words[1], "-w") != 0)
        result = command_expect(call, 2, 0);
    if (result == RESULT_OK && call->word_count == 3)
        result = command_number(call, 2, &seconds);
    if (result != RESULT_OK)
        return result;
    if (seconds == 0 || seconds > INTERRUPTS_LONGEST_PERIOD)
        return command_fail(call, RESULT_INVALID, "SECONDS is 1 to %u", (unsigned)INTERRUPTS_LONGEST_PERIOD);
    if (call->word_count > 1)
        return interrupts_watch(call, (uint32_t)seconds);
    interrupts_print_all(call);
    return RESULT_OK;
}

const struct command command_interrupts = {
    .name = "interrupts",
    .usage = "interrupts [-w [SECONDS]]",
    .summary = "How often each message came on which CPU",
    .run = interrupts_run,
    .options = "-w\tlive: what counts now and how fast, until Ctrl-C\n"
               "SECONDS\thow often to look: 1 to 3600, else 1\n",
    .examples = "interrupts\n"
                "interrupts -w 1\n",
};
