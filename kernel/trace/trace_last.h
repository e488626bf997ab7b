// The end of a trace, for a panic.
#ifndef KERNEL_TRACE_TRACE_LAST_H
#define KERNEL_TRACE_TRACE_LAST_H

#include "kernel/lib/output.h"

enum { TRACE_LAST_EVENTS = 24 };

// "last trace records:" and the newest TRACE_LAST_EVENTS events of all CPUs in order of time, formatted as in a dump;
// prints nothing unless recording is on. Takes no lock and stops no CPU: records written meanwhile may garble a line.
// Any IRQL.
void trace_last_print(struct output *out);

#endif
