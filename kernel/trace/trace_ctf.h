// Packets of the Common Trace Format 1.8, as trace_ctf_metadata() describes them: compact, and with the event names and
// fields of LTTng's kernel tracer, which its analyses read. Pure.
#ifndef KERNEL_TRACE_TRACE_CTF_H
#define KERNEL_TRACE_TRACE_CTF_H

#include "kernel/lib/frame.h"
#include "kernel/trace/trace_reader.h"

// Event ids, and what the 16 bits of a name mean: a vector, or TRACE_CTF_MESSAGE + a message's place in the table.
enum { CTF_ENTRY, CTF_EXIT, CTF_ROUTE, CTF_MASK, CTF_SPURIOUS, CTF_UNKNOWN };
enum { TRACE_CTF_MESSAGE = 256, TRACE_CTF_GONE = UINT16_MAX };

struct trace_uuid {
    uint8_t bytes[16];
};

// One packet under construction, inside the frame it is sent in.
struct trace_packet {
    struct frame frame;
    uint32_t cpu;
    uint32_t number;    // of this CPU's packets
    uint64_t begin;     // nanoseconds
    uint64_t latest;    // of the last event
    uint64_t discarded; // events this CPU has lost before it
};

// An empty packet; cpu, number, begin and discarded are set.
void trace_packet_begin(struct trace_packet *packet);

// Appends an event of `time` nanoseconds, not before the one before it. False, and nothing has changed, when it does
// not fit.
bool trace_packet_add(struct trace_packet *packet, const struct trace_event *event, uint64_t time, uint16_t name);

// Fills in what stands before the events; `end` is not before the last of them.
void trace_packet_end(struct trace_packet *packet, const struct trace_uuid *uuid, uint64_t end);

#endif
