// Reads rings: turns the records of one CPU into events that name their message, and merges all CPUs by time.
#ifndef KERNEL_TRACE_TRACE_READER_H
#define KERNEL_TRACE_TRACE_READER_H

#include "kernel/trace/trace_ring.h"

enum { TRACE_DEPTH = 16 }; // nested routines: one per level, and an NMI

struct trace_event {
    enum trace_kind kind; // never TRACE_PLACES
    uint32_t cpu;
    uint64_t cycles;    // the boot CPU's clock; never decreases on one CPU
    uint32_t number;    // irq number; the vector where it is the kernel's own
    uint32_t vector;    // entry, exit, spurious, unknown
    uint32_t detail;    // exit: 1 handled; mask: 1 masked; unknown: class
    uint32_t old_place; // routes
    uint32_t new_place;
};

struct trace_frame {
    uint32_t number;
    uint32_t vector;
};

// Reads the records of one CPU once, in order.
struct trace_cursor {
    const struct trace_ring *ring;
    uint32_t cpu;
    int64_t ahead;     // cycles its clock is ahead of the boot CPU's
    uint64_t position; // of the next record
    uint64_t end;
    uint64_t latest; // cycles of the last event
    uint32_t depth;
    struct trace_frame stack[TRACE_DEPTH]; // routines entered and not left
    bool has_next;                         // for the merge: `next` was read ahead
    struct trace_event next;
};

// From the record at `first`, or the oldest one that is kept, up to `end`.
void trace_cursor_open(struct trace_cursor *cursor, const struct trace_ring *ring, uint64_t first, uint64_t end);

// The next event; false at the end. Skips an exit whose entry is not among the records, a route without its
// TRACE_PLACES, and invalid records.
bool trace_cursor_next(struct trace_cursor *cursor, struct trace_event *event);

// The next event of all cursors, in order of time; false at the end. The cursors are fresh, or were read only by this
// function.
bool trace_merge_next(struct trace_cursor *cursors, uint32_t count, struct trace_event *event);

#endif
