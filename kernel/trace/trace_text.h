// Traces as text: the layout of Linux' ftrace, which Trace Compass, Perfetto and people read.
#ifndef KERNEL_TRACE_TRACE_TEXT_H
#define KERNEL_TRACE_TRACE_TEXT_H

#include "kernel/lib/output.h"
#include "kernel/trace/trace_reader.h"

// "# tracer: nop" and comments: the messages as they are now, and each CPU's counts. What is dumped in any form can be
// judged only by this map, so it stands before all of them. PASSIVE.
void trace_text_header(struct output *out);

// One event, one line. PASSIVE, or panic.
void trace_text_event(struct output *out, const struct trace_event *event);

// The same as a mark: the begin or end of a slice on its CPU's own track, which Perfetto draws. False, and nothing is
// written, for what is neither entry nor exit.
bool trace_text_mark(struct output *out, const struct trace_event *event);

// "# trace end: N events".
void trace_text_end(struct output *out, uint64_t events);

#endif
