// The rings' memory, and which stubs each CPU uses.

#include "kernel/trace/trace_control.h"
#include "kernel/core/cpu.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/vectors.h"
#include "kernel/trace/trace.h"
#include "kernel/trace/trace_host.h"

// A ring's position and counts at one moment.
struct mark {
    uint64_t position;
    uint64_t joined;
};

struct trace_cpu {
    struct trace_record *fresh; // memory to be exchanged with the ring's
    struct mark first;          // where reading begins
    struct mark end;            // where recording stopped
};

static struct trace_cpu *cpus;       // NULL until the first start
static struct trace_cursor *readers; // one a CPU
static uint32_t places;              // in each ring
static bool is_started;

static struct mark mark_now(const struct trace_ring *ring)
{
    return (struct mark){__atomic_load_n(&ring->position, __ATOMIC_ACQUIRE), ring->joined};
}

// The record of the call that runs this is an entry without exit: excluded from reading.
static bool is_last_entry(const struct trace_ring *ring, uint64_t position, uint32_t vector)
{
    uint64_t last = position - sizeof(struct trace_record);

    return ring->records[(last & ring->mask) / sizeof(struct trace_record)].word ==
           trace_word(TRACE_ENTRY, vector * TRACE_ENTRY_SCALE);
}

// Runs between two interrupts of this CPU: none of its records is half written.
static void recording_end(uint32_t cpu)
{
    const struct trace_ring *ring = trace_host_ring(cpu);
    struct mark *end = &cpus[cpu].end;

    trace_host_choose(cpu, false);
    *end = mark_now(ring);
    if (end->position > cpus[cpu].first.position && is_last_entry(ring, end->position, VECTOR_IPI_CALL))
        end->position -= sizeof(struct trace_record);
}

static void recording_begin(uint32_t cpu)
{
    trace_host_choose(cpu, true);
}

// Exchanges the ring's memory: `fresh` then holds the old one. A traced routine still running records its exit in the
// new one.
static void ring_exchange(uint32_t cpu)
{
    struct trace_ring *ring = trace_host_ring(cpu);
    struct trace_record *old = ring->records;

    *ring = (struct trace_ring){.mask = places * sizeof(*old) - 1, .records = cpus[cpu].fresh};
    cpus[cpu] = (struct trace_cpu){.fresh = old};
}

static void (*asked)(uint32_t cpu);

static void run_asked(void *context)
{
    bool were_on = host_interrupts_disable();

    asked(host_cpu_current());
    host_interrupts_restore(were_on);
}

// On every CPU that has a ring: by a call if online, from here if not. Continues after a failure; returns the first
// one.
static enum result on_each(void (*routine)(uint32_t cpu))
{
    enum result first_failure = RESULT_OK;

    asked = routine;
    for (uint32_t i = 0; i < cpu_total(); i++) {
        enum result result = RESULT_OK;
        if (cpu_get(i)->state == CPU_ONLINE)
            result = cpu_call(i, run_asked, NULL);
        else if (trace_host_ring(i))
            routine(i);
        if (first_failure == RESULT_OK)
            first_failure = result;
    }
    return first_failure;
}

static void fresh_free(void)
{
    for (uint32_t i = 0; i < cpu_total(); i++) {
        heap_free(cpus[i].fresh);
        cpus[i].fresh = NULL;
    }
}

static enum result fresh_allocate(uint32_t count)
{
    for (uint32_t i = 0; i < cpu_total(); i++) {
        if (!trace_host_ring(i))
            continue;
        cpus[i].fresh = heap_allocate(count * sizeof(struct trace_record));
        if (!cpus[i].fresh) {
            fresh_free();
            return RESULT_NO_MEMORY;
        }
    }
    return RESULT_OK;
}

static enum result books_allocate(void)
{
    if (!cpus)
        cpus = heap_allocate(cpu_total() * sizeof(cpus[0]));
    if (!readers)
        readers = heap_allocate(cpu_total() * sizeof(readers[0]));
    return cpus && readers ? RESULT_OK : RESULT_NO_MEMORY;
}

static uint32_t places_for(uint32_t events)
{
    uint32_t count = 2 * TRACE_MARGIN;

    while (count - TRACE_MARGIN < events)
        count *= 2;
    return count;
}

// When a CPU did not answer, the memory in no ring is kept until the next attempt: that CPU may still be exchanging it.
static enum result rings_resize(uint32_t count)
{
    fresh_free();
    enum result result = fresh_allocate(count);

    if (result != RESULT_OK)
        return result;
    places = count;
    result = on_each(ring_exchange);
    if (result == RESULT_OK)
        fresh_free();
    else
        places = 0;
    return result;
}

static enum result recording_stop(void)
{
    trace_switch(false);
    return on_each(recording_end);
}

static enum result recording_start(void)
{
    enum result result = on_each(recording_begin);

    if (result == RESULT_OK)
        trace_switch(true);
    else
        (void)!on_each(recording_end);
    return result;
}

enum result trace_start(uint32_t events)
{
    uint32_t wanted = events ? places_for(events) : places ? places : places_for(TRACE_EVENTS_DEFAULT);
    enum result result = events > TRACE_EVENTS_MOST ? RESULT_INVALID : books_allocate();

    if (result == RESULT_OK)
        result = trace_stop();
    if (result == RESULT_OK && wanted != places)
        result = rings_resize(wanted);
    if (result == RESULT_OK)
        result = recording_start();
    is_started = result == RESULT_OK;
    return result;
}

enum result trace_stop(void)
{
    if (!is_started)
        return RESULT_OK;
    is_started = false;
    return recording_stop();
}

void trace_clear(void)
{
    for (uint32_t i = 0; cpus && i < cpu_total(); i++)
        if (trace_host_ring(i))
            cpus[i].first = cpus[i].end = mark_now(trace_host_ring(i));
}

bool trace_is_started(void)
{
    return is_started;
}

uint32_t trace_room(void)
{
    return places ? places - TRACE_MARGIN : 0;
}

static struct mark mark_end(uint32_t cpu)
{
    return trace_is_recording ? mark_now(trace_host_ring(cpu)) : cpus[cpu].end;
}

static void cursor_open(struct trace_cursor *cursor, uint32_t cpu, uint64_t newest)
{
    uint64_t first = cpus[cpu].first.position, end = mark_end(cpu).position;
    uint64_t wanted = newest * sizeof(struct trace_record);

    if (newest && end - first > wanted)
        first = end - wanted;
    cursor->cpu = cpu;
    cursor->ahead = cpu_clock_ahead(cpu_get(cpu));
    trace_cursor_open(cursor, trace_host_ring(cpu), first, end);
}

struct trace_counts trace_counts(uint32_t cpu)
{
    struct trace_counts counts = {0};
    struct trace_cursor counter;
    struct trace_event event;

    if (!cpus || cpu >= cpu_total() || !trace_host_ring(cpu))
        return counts;
    struct mark end = mark_end(cpu), first = cpus[cpu].first;
    counts.recorded = (end.position - first.position) / sizeof(struct trace_record) - (end.joined - first.joined);
    cursor_open(&counter, cpu, 0);
    while (trace_cursor_next(&counter, &event))
        counts.kept++;
    counts.lost = counts.recorded > counts.kept ? counts.recorded - counts.kept : 0;
    return counts;
}

uint32_t trace_peek(struct trace_cursor **cursors, uint64_t newest)
{
    for (uint32_t i = 0; places && i < cpu_total(); i++)
        if (trace_host_ring(i))
            cursor_open(&readers[i], i, newest);
    *cursors = readers;
    return places ? cpu_total() : 0;
}

enum result trace_open(struct trace_cursor **cursors, uint32_t *count)
{
    enum result result = !places ? RESULT_NOT_FOUND : is_started ? recording_stop() : RESULT_OK;

    if (result == RESULT_OK)
        *count = trace_peek(cursors, 0);
    return result;
}

enum result trace_close(void)
{
    return is_started ? recording_start() : RESULT_OK;
}
