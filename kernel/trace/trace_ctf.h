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

// One packet under construction, inside its transport frame.
struct trace_packet {
    struct frame frame;
    uint32_t cpu;
    uint32_t number;    // of this CPU's packets
    uint64_t begin;     // nanoseconds
    uint64_t latest;    // of the last event
    uint64_t discarded; // events this CPU lost before this packet
};

// An empty packet; cpu, number, begin and discarded are set.
void trace_packet_begin(struct trace_packet *packet);

// Appends an event at `time` nanoseconds, which must not be less than the previous event's. False when it does not fit;
// the packet is then unchanged.
bool trace_packet_add(struct trace_packet *packet, const struct trace_event *event, uint64_t time, uint16_t name);

// Fills in the packet's header; `end` must not be less than the last event's time.
void trace_packet_end(struct trace_packet *packet, const struct trace_uuid *uuid, uint64_t end);

#endif
