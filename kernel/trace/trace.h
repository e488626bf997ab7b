// What the core itself has to tell a trace: routes, masks, interrupts nobody owns. A test of one flag while nothing is
// recorded; never on the way of an interrupt that somebody owns, which the traced stubs record.
#ifndef KERNEL_TRACE_TRACE_H
#define KERNEL_TRACE_TRACE_H

#include "kernel/trace/trace_ring.h"

extern bool trace_is_recording; // kernel/trace/trace_control.h changes it

void trace_record(enum trace_kind kind, uint32_t number, uint32_t detail);
void trace_record_route(enum trace_kind kind, uint32_t number, uint32_t old_place, uint32_t new_place);

// A message gets, changes, or loses its place: TRACE_CONNECT to TRACE_DISCONNECT, with trace_place() or
// TRACE_PLACE_NONE. TRACE_RETARGET comes before the hardware is written, so a trace shows arrivals at the new place
// only after it, and at the old one only before TRACE_DRAIN. Any IRQL.
static inline void trace_route(enum trace_kind kind, uint32_t number, uint32_t old_place, uint32_t new_place)
{
    if (trace_is_recording)
        trace_record_route(kind, number, old_place, new_place);
}

// A message was masked or unmasked. Any IRQL.
static inline void trace_mask(uint32_t number, bool masked)
{
    if (trace_is_recording)
        trace_record(TRACE_MASK, number, masked);
}

// An interrupt that nobody owns, by the routine that took it. What it was is found out when somebody reads the trace.
static inline void trace_unknown(uint32_t vector)
{
    if (trace_is_recording)
        trace_record(TRACE_UNKNOWN, vector, TRACE_UNCLASSIFIED);
}

// The routine of an NMI begins; answers whether that was recorded, so that its end is as well, whatever was switched
// meanwhile.
static inline bool trace_nmi_entry(uint32_t vector)
{
    bool is_recorded = trace_is_recording;

    if (is_recorded)
        trace_record(TRACE_ENTRY, 0, vector * TRACE_ENTRY_SCALE);
    return is_recorded;
}

static inline void trace_nmi_exit(bool is_recorded)
{
    if (is_recorded)
        trace_record(TRACE_EXIT, true, 0);
}

#endif
