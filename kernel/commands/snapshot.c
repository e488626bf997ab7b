// snapshot and diff: counts, routes and findings of one moment, and what is different now.

#include "kernel/commands/commands.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/audit.h"
#include "kernel/diagnose/system_counts.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/number.h"
#include "kernel/runtime/heap.h"

enum { SNAPSHOTS = 8, SNAPSHOT_NAME = 16, SNAPSHOT_SYSTEM = 32, DIFF_TEXT = 48 };

struct snapshot_row {
    const struct device *device;
    uint32_t index, cpu, vector;
    bool masked;
    uint64_t count;
};

struct snapshot {
    char name[SNAPSHOT_NAME]; // "": free
    uint64_t taken;           // nanoseconds
    uint32_t drifts;
    uint32_t row_count, system_count;
    uint64_t system[SNAPSHOT_SYSTEM];
    struct snapshot_row *rows;
};

struct diff {
    struct command_call *call;
    uint32_t differences;
};

static struct snapshot snapshots[SNAPSHOTS];

static void drift_ignore(struct audit *audit, const struct audit_drift *drift) {}

static uint64_t system_total(uint32_t index)
{
    uint64_t total = 0;

    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        total += system_counts_get(index)->count(cpu);
    return total;
}

static enum result snapshot_take(struct snapshot *snapshot)
{
    struct audit audit = {.drift = drift_ignore};

    snapshot->rows = heap_allocate((message_total() + 1) * sizeof(*snapshot->rows));
    if (!snapshot->rows)
        return RESULT_NO_MEMORY;
    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message)
            snapshot->rows[snapshot->row_count++] =
                (struct snapshot_row){device_of(set),       message->index,  message->cpu,
                                      message->info.vector, message->masked, message_count_all(message)};
    while (snapshot->system_count < system_counts_total() && snapshot->system_count < SNAPSHOT_SYSTEM) {
        snapshot->system[snapshot->system_count] = system_total(snapshot->system_count);
        snapshot->system_count++;
    }
    audit_all(&audit);
    snapshot->drifts = audit.drifts;
    snapshot->taken = host_nanoseconds();
    return RESULT_OK;
}

static struct snapshot *snapshot_find(const char *name)
{
    for (uint32_t i = 0; i < SNAPSHOTS; i++)
        if (strcmp(snapshots[i].name, name) == 0)
            return &snapshots[i];
    return NULL;
}

static void snapshot_print(struct command_call *call, const struct snapshot *snapshot)
{
    struct json json;

    if (!call->json) {
        output_format(call->out, "%s: %u messages, %u differences from the hardware\n", snapshot->name,
                      snapshot->row_count, snapshot->drifts);
        return;
    }
    json_line_begin(&json, call->out, "snapshot");
    json_string(&json, "name", snapshot->name);
    json_number(&json, "messages", snapshot->row_count);
    json_number(&json, "drifts", snapshot->drifts);
    json_line_end(&json);
}

static bool is_name(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!(text[i] >= 'a' && text[i] <= 'z') && !(text[i] >= 'A' && text[i] <= 'Z') && number_digit(text[i]) < 0)
            return false;
    return length > 0 && length < SNAPSHOT_NAME;
}

static enum result snapshot_run(struct command_call *call)
{
    enum result result = command_expect(call, 1, 1);
    if (result != RESULT_OK)
        return result;
    size_t length = strlen(call->words[1]);
    if (!is_name(call->words[1], length))
        return command_fail(call, RESULT_INVALID, "NAME is 1 to %u letters and digits", (unsigned)SNAPSHOT_NAME - 1);
    struct snapshot *place = snapshot_find(call->words[1]), taken = {0};
    place = place ? place : snapshot_find("");
    if (!place)
        return command_fail(call, RESULT_NO_MEMORY, "there are %u snapshots already: take an old one's name",
                            (unsigned)SNAPSHOTS);
    result = snapshot_take(&taken);
    if (result != RESULT_OK)
        return command_fail(call, result, "no memory for a snapshot");
    memcpy(taken.name, call->words[1], length + 1);
    heap_free(place->rows);
    *place = taken;
    snapshot_print(call, place);
    return RESULT_OK;
}

// Without a row: what `name` says.
static void diff_tell(struct diff *diff, const char *kind, const struct snapshot_row *row, const char *name,
                      const char *before, const char *now)
{
    char address[DEVICE_ADDRESS_TEXT], where[DIFF_TEXT];
    struct json json;

    diff->differences++;
    if (row)
        pci_address_format(row->device->address, address);
    if (!diff->call->json) {
        if (row)
            format_text(where, sizeof(where), "%s %4u", address, row->index);
        output_format(diff->call->out, "%-17s %-8s %-20s %s\n", row ? where : name, kind, before ? before : "-",
                      now ? now : "-");
        return;
    }
    json_line_begin(&json, diff->call->out, "diff");
    json_string(&json, "kind", kind);
    json_string(&json, "bdf", row ? address : NULL);
    if (row)
        json_number(&json, "index", row->index);
    else
        json_null(&json, "index");
    json_string(&json, "name", row ? NULL : name);
    json_string(&json, "before", before);
    json_string(&json, "now", now);
    json_line_end(&json);
}

static void diff_count(struct diff *diff, const char *kind, const struct snapshot_row *row, const char *name,
                       uint64_t before, uint64_t now)
{
    char then_text[DIFF_TEXT], now_text[DIFF_TEXT];

    if (before == now)
        return;
    format_text(then_text, sizeof(then_text), "%llu", (unsigned long long)before);
    format_text(now_text, sizeof(now_text), "%llu", (unsigned long long)now);
    diff_tell(diff, kind, row, name, then_text, now_text);
}

static void place_format(const struct snapshot_row *row, char text[DIFF_TEXT])
{
    format_text(text, DIFF_TEXT, "cpu %u vector 0x%02x%s", row->cpu, row->vector, row->masked ? " M" : "");
}

static const struct snapshot_row *row_find(const struct snapshot *snapshot, const struct snapshot_row *wanted)
{
    for (uint32_t i = 0; i < snapshot->row_count; i++)
        if (snapshot->rows[i].device == wanted->device && snapshot->rows[i].index == wanted->index)
            return &snapshot->rows[i];
    return NULL;
}

static void diff_row(struct diff *diff, const struct snapshot_row *before, const struct snapshot_row *now)
{
    char then_text[DIFF_TEXT], now_text[DIFF_TEXT];

    if (before)
        place_format(before, then_text);
    if (now)
        place_format(now, now_text);
    if (!before || !now) {
        diff_tell(diff, now ? "appeared" : "vanished", now ? now : before, NULL, before ? then_text : NULL,
                  now ? now_text : NULL);
        return;
    }
    if (before->cpu != now->cpu || before->vector != now->vector || before->masked != now->masked)
        diff_tell(diff, "route", now, NULL, then_text, now_text);
    diff_count(diff, "count", now, NULL, before->count, now->count);
}

static void diff_all(struct diff *diff, const struct snapshot *before, const struct snapshot *now)
{
    for (uint32_t i = 0; i < now->row_count; i++)
        diff_row(diff, row_find(before, &now->rows[i]), &now->rows[i]);
    for (uint32_t i = 0; i < before->row_count; i++)
        if (!row_find(now, &before->rows[i]))
            diff_row(diff, &before->rows[i], NULL);
    for (uint32_t i = 0; i < before->system_count && i < now->system_count; i++)
        diff_count(diff, "count", NULL, system_counts_get(i)->name, before->system[i], now->system[i]);
    diff_count(diff, "finding", NULL, "audit", before->drifts, now->drifts);
}

static enum result diff_run(struct command_call *call)
{
    struct diff diff = {.call = call};
    struct snapshot now = {0};
    struct json json;
    enum result result = command_expect(call, 1, 1);
    if (result != RESULT_OK)
        return result;
    const struct snapshot *before = call->words[1][0] ? snapshot_find(call->words[1]) : NULL;
    if (!before)
        return command_fail(call, RESULT_NOT_FOUND, "there is no snapshot '%.40s'", call->words[1]);
    if (snapshot_take(&now) != RESULT_OK)
        return command_fail(call, RESULT_NO_MEMORY, "no memory for a snapshot");
    uint64_t milliseconds = (now.taken - before->taken) / 1000000;
    if (!call->json)
        output_format(call->out, "%-17s %-8s %-20s %s\n", "WHAT", "KIND", "BEFORE", "NOW");
    diff_all(&diff, before, &now);
    heap_free(now.rows);
    if (!call->json) {
        output_format(call->out, "%u differences from '%s', taken %llu ms ago\n", diff.differences, before->name,
                      (unsigned long long)milliseconds);
        return RESULT_OK;
    }
    json_line_begin(&json, call->out, "diff_summary");
    json_string(&json, "name", before->name);
    json_number(&json, "milliseconds", milliseconds);
    json_number(&json, "differences", diff.differences);
    json_line_end(&json);
    return RESULT_OK;
}

const struct command command_snapshot = {
    .name = "snapshot",
    .usage = "snapshot NAME",
    .summary = "Keeps counts, routes and findings for diff",
    .run = snapshot_run,
    .options = "NAME\tup to 15 letters and digits; 8 names at most, one taken again is replaced\n",
    .examples = "snapshot before\n",
};

const struct command command_diff = {
    .name = "diff",
    .usage = "diff NAME",
    .summary = "What is different since a snapshot",
    .run = diff_run,
    .options = "NAME\tof the snapshot\n",
    .examples = "diff before\n",
};
