// What tracing needs of the machine: the rings that the traced stubs write, and the choice of stubs. arch/trace_host.c
// defines it.
#ifndef KERNEL_TRACE_TRACE_HOST_H
#define KERNEL_TRACE_TRACE_HOST_H

#include "kernel/trace/trace_ring.h"

// The ring that a CPU's interrupts are recorded in; NULL for a CPU that never started.
struct trace_ring *trace_host_ring(uint32_t cpu);

// Whether they are recorded: for the calling CPU from the next interrupt on, for one that is stopped when it is started
// again. Without memory in its ring it must not be chosen.
void trace_host_choose(uint32_t cpu, bool traced);

#endif
