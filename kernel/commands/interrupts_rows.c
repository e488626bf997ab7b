// The rows of `interrupts`.

#include "kernel/commands/columns.h"
#include "kernel/commands/interrupts.h"
#include "kernel/inventory/driver.h"
#include "kernel/runtime/heap.h"

uint64_t interrupts_count(const struct interrupts_row *row, uint32_t cpu)
{
    return row->message ? message_count_on(row->message, cpu) : row->system->count(cpu);
}

uint64_t interrupts_count_all(const struct interrupts_row *row)
{
    uint64_t total = 0;

    if (row->message)
        return message_count_all(row->message);
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        total += row->system->count(cpu);
    return total;
}

const char *interrupts_label(const struct interrupts_row *row, char *text)
{
    char address[DEVICE_ADDRESS_TEXT];

    if (row->system)
        return row->system->name;
    format_text(text, INTERRUPTS_LABEL_WIDTH + 8, "%s %4u",
                pci_address_format(device_of(row->message->set)->address, address), row->message->index);
    return text;
}

const char *interrupts_kind(const struct interrupts_row *row)
{
    return row->message ? message_kind_name(row->message->set->source->kind) : "system";
}

const char *interrupts_owner(const struct interrupts_row *row)
{
    return row->message ? columns_driver(device_of(row->message->set)) : "";
}

static bool system_is_taken(const struct selection *selection, const struct interrupts_row *row)
{
    if (selection->device || selection->driver)
        return false;
    if (selection->has_cpu && interrupts_count(row, selection->cpu) == 0)
        return false;
    return !selection->nonzero || interrupts_count_all(row) != 0;
}

// Counted, and stored where there is a place.
static uint32_t rows_fill(const struct selection *selection, struct interrupts_row *rows, uint32_t room)
{
    uint32_t count = 0;

    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message)
            if (selection_takes(selection, message) && count++ < room)
                rows[count - 1] = (struct interrupts_row){.message = message};
    for (uint32_t i = 0; i < system_counts_total(); i++) {
        struct interrupts_row row = {.system = system_counts_get(i)};
        if (system_is_taken(selection, &row) && count++ < room)
            rows[count - 1] = row;
    }
    return count < room ? count : room;
}

enum result interrupts_rows_take(struct command_call *call, const struct selection *selection,
                                 struct interrupts_rows *rows)
{
    uint32_t room = message_total() + system_counts_total();

    rows->rows = heap_allocate((room + 1) * sizeof(*rows->rows));
    rows->keys = heap_allocate((room + 1) * sizeof(*rows->keys));
    rows->order = heap_allocate((room + 1) * sizeof(*rows->order));
    if (!rows->rows || !rows->keys || !rows->order) {
        interrupts_rows_free(rows);
        return command_fail(call, RESULT_NO_MEMORY, "no memory for %u rows", room);
    }
    rows->count = rows_fill(selection, rows->rows, room);
    for (uint32_t i = 0; i < rows->count; i++)
        rows->order[i] = i;
    return RESULT_OK;
}

void interrupts_rows_free(struct interrupts_rows *rows)
{
    heap_free(rows->rows);
    heap_free(rows->keys);
    heap_free(rows->order);
}

static void json_counts(struct json *json, const struct interrupts_row *row, const uint64_t *counts, bool sparse)
{
    json_array_begin(json, sparse ? "taken" : "counts");
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        uint64_t count = counts ? counts[cpu] : interrupts_count(row, cpu);
        if (!sparse) {
            json_number(json, NULL, count);
        } else if (count) {
            json_object_begin(json, NULL);
            json_number(json, "cpu", cpu);
            json_number(json, "count", count);
            json_object_end(json);
        }
    }
    json_array_end(json);
}

void interrupts_json_begin(struct json *json, struct output *out, const struct interrupts_row *row,
                           const uint64_t *counts, bool sparse)
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
    json_counts(json, row, counts, sparse);
}
