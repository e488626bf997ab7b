// Events from C code, into the ring of the CPU they happen on.

#include "kernel/trace/trace.h"
#include "kernel/port.h"

bool trace_is_recording;

static void put(const struct trace_record *records, uint32_t count)
{
    bool were_on = port_interrupts_disable();

    trace_ring_put(port_trace_ring(port_cpu_current()), records, count);
    port_interrupts_restore(were_on);
}

void trace_record(enum trace_kind kind, uint32_t number, uint32_t detail)
{
    struct trace_record record = {port_cycles(), number, trace_word(kind, detail)};

    put(&record, 1);
}

void trace_record_route(enum trace_kind kind, uint32_t number, uint32_t old_place, uint32_t new_place)
{
    struct trace_record records[] = {
        {port_cycles(), number, trace_word(kind, 0)},
        {(uint64_t)new_place << 32 | old_place, 0, trace_word(TRACE_PLACES, 0)},
    };

    put(records, ARRAY_COUNT(records));
}
