// Counts the newest events, then prints the last of them.

#include "kernel/trace/trace_last.h"
#include "kernel/trace/trace_control.h"
#include "kernel/trace/trace_text.h"

// Records read of each CPU; an exit whose entry is older is left out.
enum { RECORDS = 4 * TRACE_LAST_EVENTS };

void trace_last_print(struct output *out)
{
    struct trace_cursor *cursors;
    struct trace_event event;
    uint32_t found = 0, passed = 0;

    if (!trace_is_started())
        return;
    output_format(out, "last trace records:\n");
    uint32_t cpus = trace_peek(&cursors, RECORDS);
    while (trace_merge_next(cursors, cpus, &event))
        found++;
    cpus = trace_peek(&cursors, RECORDS);
    while (trace_merge_next(cursors, cpus, &event))
        if (++passed + TRACE_LAST_EVENTS > found)
            trace_text_event(out, &event);
}
