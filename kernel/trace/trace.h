// Trace events from C code: unowned interrupts, and the core's route and mask changes. Costs a test of one flag while
// nothing is recorded; owned interrupts are recorded by the traced stubs, not by this.
#ifndef KERNEL_TRACE_TRACE_H
#define KERNEL_TRACE_TRACE_H

#include "kernel/trace/trace_ring.h"

extern bool trace_is_recording; // trace_switch() changes it

void trace_record(enum trace_kind kind, uint32_t number, uint32_t detail);

// Switches recording from C code on or off, including the core's route and mask changes. PASSIVE.
void trace_switch(bool on);

// An unowned interrupt, called by the routine that took it. Its class is looked up when the trace is read.
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

// The routine of an NMI begins. Returns whether that was recorded: if so, its end is recorded too, even if recording is
// switched off meanwhile.
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
