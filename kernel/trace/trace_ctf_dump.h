// A whole trace as binary frames: the metadata, then each CPU's packets.
#ifndef KERNEL_TRACE_TRACE_CTF_DUMP_H
#define KERNEL_TRACE_TRACE_CTF_DUMP_H

#include "kernel/lib/output.h"
#include "kernel/lib/result.h"
#include "kernel/trace/trace_reader.h"

// Counts of what was sent.
struct trace_ctf_sent {
    uint32_t frames;
    uint64_t events;
    uint64_t bytes;
};

// Sends what trace_open() has stopped. RESULT_UNSUPPORTED: the output carries no binary bytes; RESULT_STOPPED: Ctrl-C
// was typed between two frames; RESULT_NO_MEMORY. PASSIVE.
MUST_USE enum result trace_ctf_dump(struct output *out, struct trace_ctf_sent *sent);

#endif
