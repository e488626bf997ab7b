// Events from C code, into the ring of the CPU they happen on.

#include "kernel/trace/trace.h"
#include "kernel/core/core_hooks.h"
#include "kernel/core/host.h"
#include "kernel/runtime/clock.h"
#include "kernel/trace/trace_host.h"

bool trace_is_recording;

static void put(const struct trace_record *records, uint32_t count)
{
    bool were_on = host_interrupts_disable();

    trace_ring_put(trace_host_ring(host_cpu_current()), records, count);
    host_interrupts_restore(were_on);
}

void trace_record(enum trace_kind kind, uint32_t number, uint32_t detail)
{
    struct trace_record record = {clock_cycles(), number, trace_word(kind, detail)};

    put(&record, 1);
}

// Two contiguous records: the event, and its places.
static void record_route(enum core_route_event event, uint32_t number, struct message_route from,
                         struct message_route to)
{
    static const enum trace_kind kinds[] = {TRACE_CONNECT, TRACE_RETARGET, TRACE_DRAIN, TRACE_DISCONNECT};
    uint32_t old_place = event == CORE_CONNECT ? TRACE_PLACE_NONE : trace_place(from.cpu, from.vector);
    uint32_t new_place = event == CORE_DISCONNECT ? TRACE_PLACE_NONE : trace_place(to.cpu, to.vector);
    struct trace_record records[] = {
        {clock_cycles(), number, trace_word(kinds[event], 0)},
        {(uint64_t)new_place << 32 | old_place, 0, trace_word(TRACE_PLACES, 0)},
    };

    put(records, ARRAY_COUNT(records));
}

static void record_mask(uint32_t number, bool masked)
{
    trace_record(TRACE_MASK, number, masked);
}

static const struct core_hooks hooks = {record_route, record_mask};

void trace_switch(bool on)
{
    __atomic_store_n(&trace_is_recording, on, __ATOMIC_RELEASE);
    core_hooks_attach(on ? &hooks : NULL);
}
