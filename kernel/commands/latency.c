// latency: how long messages take, measured by firing them under a trace.

#include "kernel/diagnose/latency.h"
#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/number.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/heap.h"
#include "kernel/trace/trace_name.h"

enum {
    LATENCY_SHOTS_ONE = 1000, // where one message is asked for
    LATENCY_SHOTS_MANY = 100,
    LATENCY_SHOTS_MOST = 10000000,
    LATENCY_BAR = 44,
    LATENCY_MEDIAN = 500,
    LATENCY_P99 = 990,
};

#define LATENCY_SHOTS_WORD "shots="

// What one call asks for, and what it has measured so far.
struct latency_call {
    struct command_call *call;
    const struct device *device; // NULL: all
    const struct message *only;  // NULL: all of the device
    uint64_t shots;              // 0: not said
    uint32_t measured;
    uint32_t skipped;
    uint64_t missed;
    uint64_t rejected;
    struct latency *latency; // of the message at hand
};

static enum result latency_shots(struct command_call *call, const char *word, uint64_t *shots)
{
    size_t length = strlen(LATENCY_SHOTS_WORD);

    if (strncmp(word, LATENCY_SHOTS_WORD, length) == 0 && number_parse(word + length, shots) && *shots > 0 &&
        *shots <= LATENCY_SHOTS_MOST)
        return RESULT_OK;
    return command_fail(call, RESULT_INVALID, "'%.40s' is not shots= and a number from 1 to %u", word,
                        (unsigned)LATENCY_SHOTS_MOST);
}

static bool latency_has_option(const struct command_call *call)
{
    const char *last = call->words[call->word_count - 1];

    return call->word_count > 1 && strncmp(last, LATENCY_SHOTS_WORD, strlen(LATENCY_SHOTS_WORD)) == 0;
}

static enum result latency_parse(struct latency_call *run)
{
    struct command_call *call = run->call;
    struct device *device = NULL;
    struct message *message = NULL;
    enum result result = command_expect(call, 0, 3);

    if (result == RESULT_OK && latency_has_option(call))
        result = latency_shots(call, call->words[--call->word_count], &run->shots);
    if (result == RESULT_OK)
        result = command_expect(call, 0, 2);
    if (result == RESULT_OK && call->word_count == 2)
        result = command_device(call, 1, &device);
    if (result == RESULT_OK && call->word_count == 3)
        result = command_message(call, 1, &message);
    run->only = message;
    run->device = message ? device_of(message->set) : device;
    if (!run->shots)
        run->shots = message ? LATENCY_SHOTS_ONE : LATENCY_SHOTS_MANY;
    return result;
}

static uint64_t latency_largest(const struct latency_histogram *histogram)
{
    uint32_t largest = 1;

    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++)
        largest = histogram->buckets[i] > largest ? histogram->buckets[i] : largest;
    return largest;
}

static void latency_print_bars(struct output *out, const struct latency_histogram *histogram)
{
    uint64_t largest = latency_largest(histogram);

    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++) {
        uint64_t count = histogram->buckets[i], bar = (count * LATENCY_BAR + largest - 1) / largest;
        if (!count)
            continue;
        output_format(out, "  %10llu - %-10llu %8llu ", (unsigned long long)latency_bucket_from(i),
                      (unsigned long long)latency_bucket_to(i), (unsigned long long)count);
        while (bar--)
            output_format(out, "#");
        output_format(out, "\n");
    }
}

static void latency_print_row(struct latency_call *run, enum latency_what what)
{
    const struct latency_histogram *histogram = &run->latency->histograms[what];
    const struct message *message = run->latency->message;
    char address[DEVICE_ADDRESS_TEXT];

    output_format(run->call->out, "%s %4u %-10.10s %-8s %7llu %7llu %7llu %8llu %8llu\n",
                  pci_address_format(device_of(message->set)->address, address), message->index,
                  columns_driver(device_of(message->set)), latency_what_name(what),
                  (unsigned long long)histogram->count, (unsigned long long)histogram->minimum,
                  (unsigned long long)latency_histogram_quantile(histogram, LATENCY_MEDIAN),
                  (unsigned long long)latency_histogram_quantile(histogram, LATENCY_P99),
                  (unsigned long long)histogram->maximum);
    if (run->only)
        latency_print_bars(run->call->out, histogram);
}

static void latency_json_buckets(struct json *json, const struct latency_histogram *histogram)
{
    json_array_begin(json, "buckets");
    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++) {
        if (!histogram->buckets[i])
            continue;
        json_object_begin(json, NULL);
        json_number(json, "from", latency_bucket_from(i));
        json_number(json, "to", latency_bucket_to(i));
        json_number(json, "count", histogram->buckets[i]);
        json_object_end(json);
    }
    json_array_end(json);
}

static void latency_print_json(struct latency_call *run, enum latency_what what)
{
    const struct latency_histogram *histogram = &run->latency->histograms[what];
    const struct message *message = run->latency->message;
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;

    json_line_begin(&json, run->call->out, "latency");
    json_string(&json, "bdf", pci_address_format(device_of(message->set)->address, address));
    json_number(&json, "index", message->index);
    json_string(&json, "what", latency_what_name(what));
    json_string(&json, "unit", "nanoseconds");
    json_number(&json, "count", histogram->count);
    json_number(&json, "min", histogram->minimum);
    json_number(&json, "median", latency_histogram_quantile(histogram, LATENCY_MEDIAN));
    json_number(&json, "p99", latency_histogram_quantile(histogram, LATENCY_P99));
    json_number(&json, "max", histogram->maximum);
    latency_json_buckets(&json, histogram);
    json_line_end(&json);
}

static void latency_print(struct latency_call *run)
{
    for (uint32_t what = 0; what < LATENCY_WHAT_COUNT; what++)
        if (what != LATENCY_DOORBELL || run->latency->has_doorbell)
            (run->call->json ? latency_print_json : latency_print_row)(run, (enum latency_what)what);
}

static void latency_print_summary(const struct latency_call *run)
{
    struct output *out = run->call->out;

    if (!run->call->json) {
        output_format(out, "%u messages measured in nanoseconds, %u cannot be fired, %llu arrivals not kept",
                      run->measured, run->skipped, (unsigned long long)run->missed);
        if (run->rejected)
            output_format(out, ", %llu times rejected: clocks differ", (unsigned long long)run->rejected);
        output_format(out, "\n");
        return;
    }
    struct json json;
    json_line_begin(&json, out, "latency_summary");
    json_number(&json, "measured", run->measured);
    json_number(&json, "skipped", run->skipped);
    json_number(&json, "missed", run->missed);
    json_number(&json, "rejected", run->rejected);
    json_line_end(&json);
}

static enum result latency_fail(struct latency_call *run, enum result result)
{
    const struct message *message = run->latency->message;
    char address[DEVICE_ADDRESS_TEXT];

    pci_address_format(device_of(message->set)->address, address);
    if (result == RESULT_UNSUPPORTED)
        return command_fail(run->call, result, "%s %u: %s", address, message->index, shot_obstacle(message));
    return command_fail(run->call, result, "%s %u: %s", address, message->index,
                        result == RESULT_BUSY ? "masked" : result_name(result));
}

// Where all are asked for, those that cannot be fired are passed over.
static enum result latency_one(struct latency_call *run, struct message *message)
{
    char name[TRACE_NAME_TEXT];

    memset(run->latency, 0, sizeof(*run->latency));
    run->latency->message = message;
    run->latency->shots = run->shots;
    enum result result = latency_measure(run->latency);
    if (!run->only && (result == RESULT_UNSUPPORTED || result == RESULT_BUSY)) {
        run->skipped++;
        return RESULT_OK;
    }
    if (result != RESULT_OK)
        return latency_fail(run, result);
    run->missed += run->latency->missed;
    run->rejected += run->latency->rejected;
    if (!run->latency->histograms[LATENCY_SERVICE].count && !console_stop_asked())
        return command_fail(run->call, RESULT_FAILED, "%s: of %llu shots that arrived none was kept and could be timed",
                            trace_name_of(message, name), (unsigned long long)run->latency->fired);
    run->measured++;
    latency_print(run);
    return RESULT_OK;
}

static enum result latency_all(struct latency_call *run)
{
    enum result result = RESULT_OK;

    if (!run->call->json)
        output_format(run->call->out, "%-12s %4s %-10s %-8s %7s %7s %7s %8s %8s\n", "DEVICE", "N", "DRIVER", "WHAT",
                      "COUNT", "MIN", "MEDIAN", "P99", "MAX");
    for (struct message_set *set = message_set_first(); set && result == RESULT_OK; set = set->next) {
        if (run->device && device_of(set) != run->device)
            continue;
        for (uint32_t i = 0; i < set->message_count && result == RESULT_OK && !console_stop_asked(); i++)
            if (!run->only || run->only == &set->messages[i])
                result = latency_one(run, &set->messages[i]);
    }
    latency_print_summary(run);
    if (result == RESULT_OK && console_stop_asked())
        return command_fail(run->call, RESULT_STOPPED, "stopped");
    if (result == RESULT_OK && !run->measured)
        return command_fail(run->call, RESULT_UNSUPPORTED, "nothing was measured: none of %u messages can be fired",
                            run->skipped);
    return result;
}

static enum result latency_run(struct command_call *call)
{
    struct latency_call run = {.call = call, .latency = heap_allocate(sizeof(*run.latency))};
    enum result result;

    if (!run.latency)
        return command_fail(call, RESULT_NO_MEMORY, "no memory to measure in");
    result = latency_parse(&run);
    if (result == RESULT_OK)
        result = latency_all(&run);
    heap_free(run.latency);
    return result;
}

const struct command command_latency = {
    .name = "latency",
    .usage = "latency [BDF [N]] [shots=S]",
    .summary = "How long messages take, fired under a trace",
    .run = latency_run,
    .options = "BDF\tthis device alone, else all\n"
               "N\tthis message of it alone\n"
               "shots=S\tof each message: 1 to 10000000; else 1000 of one, 100 of each\n",
    .examples = "latency 00:06.0 0 shots=100\n",
};
