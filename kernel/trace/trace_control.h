// Switches recording on and off on every CPU, and reads the records. All boot CPU, PASSIVE; trace_peek(): any IRQL.
#ifndef KERNEL_TRACE_TRACE_CONTROL_H
#define KERNEL_TRACE_TRACE_CONTROL_H

#include "kernel/lib/result.h"
#include "kernel/trace/trace_reader.h"

enum { TRACE_EVENTS_DEFAULT = 4096 - TRACE_MARGIN, TRACE_EVENTS_LEAST = 1, TRACE_EVENTS_MOST = 1 << 24 };

// Makes room for at least `events` on each CPU (0: the present size, or TRACE_EVENTS_DEFAULT) and records from now on,
// appending to earlier records; a change of size discards them. RESULT_INVALID, RESULT_NO_MEMORY, RESULT_TIMEOUT (a CPU
// did not answer): nothing is recorded.
MUST_USE enum result trace_start(uint32_t events);

// Stops recording and keeps the records. RESULT_TIMEOUT: a CPU did not answer, and may still record.
MUST_USE enum result trace_stop(void);

// Discards the records; recording stays on or off.
void trace_clear(void);

bool trace_is_started(void);

// Events each CPU keeps at least; 0 before the first start.
uint32_t trace_room(void);

// Of one CPU, since the first start or the last clear: recorded = kept + lost. Exact once recording has stopped; a
// cursor then finds exactly the kept ones.
struct trace_counts {
    uint64_t recorded;
    uint64_t kept;
    uint64_t lost;
};
struct trace_counts trace_counts(uint32_t cpu);

// Pauses recording and opens a cursor on each CPU's records; trace_close() resumes. RESULT_NOT_FOUND: never started;
// RESULT_TIMEOUT.
MUST_USE enum result trace_open(struct trace_cursor **cursors, uint32_t *count);
MUST_USE enum result trace_close(void);

// Opens a cursor on at most the `newest` records of each CPU (0: all), without a lock and without stopping a CPU.
// Returns the number of cursors, 0 if nothing was ever recorded. Any IRQL.
uint32_t trace_peek(struct trace_cursor **cursors, uint64_t newest);

#endif
