// What tracing needs of the machine: the rings the traced stubs write, and the choice of stubs. arch/trace_host.c
// defines it.
#ifndef KERNEL_TRACE_TRACE_HOST_H
#define KERNEL_TRACE_TRACE_HOST_H

#include "kernel/trace/trace_ring.h"

// The ring of a CPU's interrupts; NULL for a CPU that never started.
struct trace_ring *trace_host_ring(uint32_t cpu);

// Selects the traced or the plain stubs: on the calling CPU from the next interrupt on, on a stopped CPU when it starts
// again. The ring must have memory before the traced stubs are selected.
void trace_host_choose(uint32_t cpu, bool traced);

#endif
