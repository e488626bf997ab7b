// Traces as text in the layout of Linux ftrace, which Trace Compass and Perfetto read.
#ifndef KERNEL_TRACE_TRACE_TEXT_H
#define KERNEL_TRACE_TRACE_TEXT_H

#include "kernel/lib/output.h"
#include "kernel/trace/trace_reader.h"

// "# tracer: nop" and comments: the present messages, and each CPU's counts. Printed before every form of dump: without
// this map its events cannot be checked. PASSIVE.
void trace_text_header(struct output *out);

// One event, one line. PASSIVE, or panic.
void trace_text_event(struct output *out, const struct trace_event *event);

// The same as a mark: begin or end of a slice on the CPU's own track, for Perfetto. False, with no output, for a kind
// other than entry and exit.
bool trace_text_mark(struct output *out, const struct trace_event *event);

// "# trace end: N events".
void trace_text_end(struct output *out, uint64_t events);

#endif
