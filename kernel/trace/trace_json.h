// Traces as JSON lines: the messages as they are now, then one object an event.
#ifndef KERNEL_TRACE_TRACE_JSON_H
#define KERNEL_TRACE_TRACE_JSON_H

#include "kernel/lib/output.h"
#include "kernel/trace/trace_reader.h"

// A "trace_message" per message: irq number, device, index, driver, cpu and vector. PASSIVE.
void trace_json_map(struct output *out);

// A "trace_event": time in nanoseconds since the kernel was entered, cpu, the event's name as in ftrace's text, and its
// fields. PASSIVE.
void trace_json_event(struct output *out, const struct trace_event *event);

// "trace_dump_summary", with the number of events.
void trace_json_end(struct output *out, uint64_t events);

#endif
