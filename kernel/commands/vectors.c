// vectors: how each CPU's device vectors are used, and which are taken.

#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/core/cpu.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/lib/json.h"

enum { VECTORS_LIST_INDENT = 40 };

static bool vectors_is_taken(uint32_t cpu, uint32_t vector)
{
    return vector < VECTOR_DEVICE_END && vector_matrix_is_taken(irq_vectors(), cpu, vector);
}

static void vectors_print_ranges(struct output *out, uint32_t cpu)
{
    struct columns columns;
    columns_start(&columns, out, VECTORS_LIST_INDENT);
    for (uint32_t first = VECTOR_DEVICE_FIRST; first < VECTOR_DEVICE_END; first++) {
        if (!vectors_is_taken(cpu, first))
            continue;
        uint32_t last = first;
        while (vectors_is_taken(cpu, last + 1))
            last++;
        if (last == first)
            columns_add(&columns, "0x%02x", first);
        else
            columns_add(&columns, "0x%02x-0x%02x", first, last);
        first = last;
    }
    columns_end(&columns, "none");
}

static void vectors_print_row(struct output *out, uint32_t cpu, const struct vector_counts *counts)
{
    output_format(out, "%4u %6u %9u %8u %8u ", cpu, counts->free, counts->allocated, counts->reserved,
                  counts->draining);
    vectors_print_ranges(out, cpu);
}

static void vectors_json_counts(struct json *json, const struct vector_counts *counts)
{
    json_number(json, "free", counts->free);
    json_number(json, "allocated", counts->allocated);
    json_number(json, "reserved", counts->reserved);
    json_number(json, "draining", counts->draining);
}

static void vectors_print_json(struct output *out, uint32_t cpu, const struct vector_counts *counts)
{
    struct json json;
    json_line_begin(&json, out, "vectors");
    json_number(&json, "cpu", cpu);
    json_bool(&json, "open", vector_matrix_is_open(irq_vectors(), cpu));
    vectors_json_counts(&json, counts);
    json_array_begin(&json, "taken");
    for (uint32_t vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++)
        if (vectors_is_taken(cpu, vector))
            json_number(&json, NULL, vector);
    json_array_end(&json);
    json_line_end(&json);
}

static void vectors_print_total(struct command_call *call, const struct vector_counts *total)
{
    if (!call->json) {
        output_format(call->out, "%4s %6u %9u %8u %8u\n", "all", total->free, total->allocated, total->reserved,
                      total->draining);
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "vectors_summary");
    json_number(&json, "cpus", cpu_total());
    json_number(&json, "per_cpu", VECTOR_DEVICE_COUNT);
    vectors_json_counts(&json, total);
    json_line_end(&json);
}

static enum result vectors_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    if (!call->json) {
        output_format(call->out, "%4s %6s %9s %8s %8s  %s\n", "CPU", "FREE", "ALLOCATED", "RESERVED", "DRAINING",
                      "TAKEN");
    }
    struct vector_counts total = {0};
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        struct vector_counts counts = vector_matrix_counts(irq_vectors(), cpu);
        (call->json ? vectors_print_json : vectors_print_row)(call->out, cpu, &counts);
        total.free += counts.free;
        total.allocated += counts.allocated;
        total.reserved += counts.reserved;
        total.draining += counts.draining;
    }
    vectors_print_total(call, &total);
    return RESULT_OK;
}

const struct command command_vectors = {
    .name = "vectors",
    .usage = "vectors",
    .summary = "How each CPU's device vectors are used",
    .run = vectors_run,
    .examples = "vectors\n",
};
