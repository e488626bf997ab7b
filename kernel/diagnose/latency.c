// Fires shots in batches that fit a ring, and reads their times from the trace.

#include "kernel/diagnose/latency.h"
#include "kernel/console/console.h"
#include "kernel/console/progress.h"
#include "kernel/inventory/driver.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/clock.h"
#include "kernel/trace/trace_control.h"

enum { BATCH = 256 };

// The shots of one batch, in the order fired and arrived: at most one is in flight.
struct batch {
    struct latency *latency;
    uint32_t deliveries; // arrivals one shot has; the first one counts
    uint64_t begin;      // cycles
    uint64_t fired[BATCH];
    uint32_t count;
    uint64_t arrivals;
    uint64_t entry; // cycles at entry of the arrival in service, 0: none
};

static uint64_t nanoseconds_of(uint64_t cycles)
{
    uint64_t frequency = clock_frequency();

    return cycles / frequency * 1000000000 + cycles % frequency * 1000000000 / frequency;
}

// The clocks of two CPUs agree only to within some cycles.
static void time_keep(struct latency *latency, enum latency_what what, uint64_t from, uint64_t to)
{
    if (to >= from)
        latency_histogram_add(&latency->histograms[what], nanoseconds_of(to - from));
    else
        latency->rejected++;
}

static void entry_take(struct batch *batch, uint64_t cycles)
{
    struct latency *latency = batch->latency;
    uint64_t shot = batch->arrivals / batch->deliveries;

    if (latency->has_doorbell && batch->arrivals % batch->deliveries == 0 && shot < batch->count)
        time_keep(latency, LATENCY_DOORBELL, batch->fired[shot], cycles);
    batch->entry = cycles;
    batch->arrivals++;
}

static void event_take(struct batch *batch, const struct trace_event *event)
{
    struct latency *latency = batch->latency;

    if (event->number != latency->message->number || event->cycles < batch->begin)
        return;
    if (event->kind == TRACE_ENTRY) {
        entry_take(batch, event->cycles);
    } else if (event->kind == TRACE_EXIT && batch->entry) {
        time_keep(latency, LATENCY_SERVICE, batch->entry, event->cycles);
        batch->entry = 0;
    }
}

// A shot is counted as arrived before its routine ends, so the next may be fired during service. Opening the trace
// waits until both have ended.
static enum result batch_read(struct batch *batch)
{
    struct trace_cursor *cursors;
    struct trace_event event;
    uint32_t count;
    enum result result = trace_open(&cursors, &count);

    if (result != RESULT_OK)
        return result;
    while (trace_merge_next(cursors, count, &event))
        event_take(batch, &event);
    uint64_t expected = (uint64_t)batch->count * batch->deliveries;
    batch->latency->missed += expected > batch->arrivals ? expected - batch->arrivals : 0;
    return trace_close();
}

static enum result batch_fire(struct batch *batch)
{
    struct latency *latency = batch->latency;
    enum result result = RESULT_OK;

    batch->begin = clock_cycles();
    while (batch->count < BATCH && latency->fired < latency->shots && result == RESULT_OK && !console_stop_asked()) {
        batch->fired[batch->count] = clock_cycles();
        result = shot_fire(latency->message, batch->deliveries);
        batch->count += result == RESULT_OK;
        latency->fired += result == RESULT_OK;
    }
    return result;
}

static enum result batches_run(struct latency *latency, uint32_t deliveries)
{
    enum result result = RESULT_OK;

    while (latency->fired < latency->shots && result == RESULT_OK && !console_stop_asked()) {
        struct batch batch = {.latency = latency, .deliveries = deliveries};
        result = batch_fire(&batch);
        enum result read = batch_read(&batch);
        result = result == RESULT_OK ? read : result;
        progress_show(latency->fired, latency->shots);
    }
    return result;
}

enum result latency_measure(struct latency *latency)
{
    struct driver_doorbell doorbell;
    uint32_t deliveries;
    enum result result;

    if (!shot_is_possible(latency->message, &deliveries))
        return RESULT_UNSUPPORTED;
    if (latency->message->masked)
        return RESULT_BUSY;
    latency->has_doorbell = shot_doorbell(latency->message, &doorbell);
    bool was_started = trace_is_started();
    result = was_started ? RESULT_OK : trace_start(0);
    if (result != RESULT_OK)
        return result;
    result = batches_run(latency, deliveries);
    if (was_started)
        return result;
    enum result stopped = trace_stop();
    return result == RESULT_OK ? stopped : result;
}

const char *latency_what_name(enum latency_what what)
{
    return what == LATENCY_DOORBELL ? "doorbell" : "service";
}
