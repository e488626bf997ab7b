// What the packets of trace_ctf.h hold, in CTF's own language (TSDL), with the names of this machine's interrupts.
#ifndef KERNEL_TRACE_TRACE_CTF_METADATA_H
#define KERNEL_TRACE_TRACE_CTF_METADATA_H

#include "kernel/lib/output.h"
#include "kernel/trace/trace_ctf.h"

// Which names a trace needs: a bit for each value of the 16 bits that stand for one.
struct trace_ctf_names {
    uint8_t used[(UINT16_MAX + 1) / 8];
};

// The 16 bits of the name of an irq number as the message table is now.
uint16_t trace_ctf_name(uint32_t number);

void trace_ctf_names_add(struct trace_ctf_names *names, uint16_t name);

// The whole text. PASSIVE.
void trace_ctf_metadata(struct output *out, const struct trace_uuid *uuid, const struct trace_ctf_names *names);

#endif
