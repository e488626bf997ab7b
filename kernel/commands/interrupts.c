// interrupts: counts by message and CPU, like /proc/interrupts, and the named system rows under them.

#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/driver.h"
#include "kernel/json.h"
#include "kernel/message.h"
#include "kernel/system_counts.h"

enum {
    INTERRUPTS_LABEL_WIDTH = 17, // "0000:00:04.0 1023"
    INTERRUPTS_MATRIX_WIDTH = 64,
    INTERRUPTS_LIST_INDENT = 33,
};

// A row of the table, whatever it counts.
struct interrupts_row {
    const struct message *message;     // or
    const struct system_count *system; // one of the two
    char label[INTERRUPTS_LABEL_WIDTH + 8];
    const char *kind;
    const char *owner;
};

typedef void interrupts_print(struct output *out, const struct interrupts_row *row, uint32_t width);

static uint64_t interrupts_count(const struct interrupts_row *row, uint32_t cpu)
{
    return row->message ? message_count_on(row->message, cpu) : row->system->count(cpu);
}

static void interrupts_message_row(struct interrupts_row *row, const struct message *message)
{
    char address[DEVICE_ADDRESS_TEXT];
    *row = (struct interrupts_row){
        .message = message,
        .kind = message_kind_name(message->set->source->kind),
        .owner = columns_driver(message->set->device),
    };
    format_text(row->label, sizeof(row->label), "%s %4u", pci_address_format(message->set->device->address, address),
                message->index);
}

static void interrupts_system_row(struct interrupts_row *row, const struct system_count *system)
{
    *row = (struct interrupts_row){.system = system, .kind = "system", .owner = ""};
    format_text(row->label, sizeof(row->label), "%s", system->name);
}

static void interrupts_for_each(struct output *out, interrupts_print *print, uint32_t width)
{
    struct interrupts_row row;
    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message) {
            interrupts_message_row(&row, message);
            print(out, &row, width);
        }
    }
    for (uint32_t i = 0; i < system_counts_total(); i++) {
        interrupts_system_row(&row, system_counts_get(i));
        print(out, &row, width);
    }
}

static void interrupts_print_json(struct output *out, const struct interrupts_row *row, uint32_t width)
{
    struct json json;
    json_line_begin(&json, out, row->message ? "interrupt" : "system");
    if (row->message) {
        const struct device *device = row->message->set->device;
        char address[DEVICE_ADDRESS_TEXT];
        json_string(&json, "bdf", pci_address_format(device->address, address));
        json_number(&json, "index", row->message->index);
        json_string(&json, "driver", device->driver ? device->driver->name : NULL);
    } else {
        json_string(&json, "name", row->system->name);
    }
    json_array_begin(&json, "counts");
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        json_number(&json, NULL, interrupts_count(row, cpu));
    json_array_end(&json);
    json_line_end(&json);
}

static void interrupts_print_row(struct output *out, const struct interrupts_row *row, uint32_t width)
{
    output_format(out, "%-*s", INTERRUPTS_LABEL_WIDTH, row->label);
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        output_format(out, "%*llu", (int)width, (unsigned long long)interrupts_count(row, cpu));
    output_format(out, " %s%s%s\n", row->kind, row->owner[0] ? " " : "", row->owner);
}

// On many processors: only those with a count, named.
static void interrupts_print_list(struct output *out, const struct interrupts_row *row, uint32_t width)
{
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
    uint32_t width = interrupts_column_width();
    if (width * cpu_total() > INTERRUPTS_MATRIX_WIDTH) {
        output_format(out, "%-*s %-4s %-10s %s\n", INTERRUPTS_LABEL_WIDTH, "DEVICE          N", "KIND", "DRIVER",
                      "COUNTS BY CPU");
        interrupts_for_each(out, interrupts_print_list, width);
        return;
    }
    output_format(out, "%-*s", INTERRUPTS_LABEL_WIDTH, "DEVICE          N");
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        char name[16];
        format_text(name, sizeof(name), "CPU%u", cpu);
        output_format(out, "%*s", (int)width, name);
    }
    output_format(out, "\n");
    interrupts_for_each(out, interrupts_print_row, width);
}

static enum result interrupts_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    if (call->json)
        interrupts_for_each(call->out, interrupts_print_json, 0);
    else
        interrupts_print_table(call->out);
    return RESULT_OK;
}

const struct command command_interrupts = {"interrupts", "interrupts", "How often each message came, on which CPU",
                                           interrupts_run};
