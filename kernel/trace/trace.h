// What C code has to tell a trace: interrupts nobody owns, and what the core tells of routes and masks. A test of one
// flag while nothing is recorded; never on the way of an interrupt that somebody owns, which the traced stubs record.
#ifndef KERNEL_TRACE_TRACE_H
#define KERNEL_TRACE_TRACE_H

#include "kernel/trace/trace_ring.h"

extern bool trace_is_recording; // trace_switch() changes it

void trace_record(enum trace_kind kind, uint32_t number, uint32_t detail);

// Switches recording from C code on or off, what the core tells of routes and masks included. PASSIVE.
void trace_switch(bool on);

// An interrupt that nobody owns, by the routine that took it. What it was is found out when somebody reads the trace.
static inline void trace_unknown(uint32_t vector)
{
    if (trace_is_recording)
        trace_record(TRACE_UNKNOWN, vector, TRACE_UNCLASSIFIED);
}

// The local APIC's spurious vector, without an interrupt behind it.
static inline void trace_spurious(void)
{
    if (trace_is_recording)
        trace_record(TRACE_SPURIOUS, 0, 0);
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
