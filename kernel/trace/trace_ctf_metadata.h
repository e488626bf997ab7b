// The metadata of trace_ctf.h's packets, in CTF's description language (TSDL), with this machine's interrupt names.
#ifndef KERNEL_TRACE_TRACE_CTF_METADATA_H
#define KERNEL_TRACE_TRACE_CTF_METADATA_H

#include "kernel/lib/output.h"
#include "kernel/trace/trace_ctf.h"

// Which names a trace needs: one bit for each value of the 16-bit name.
struct trace_ctf_names {
    uint8_t used[(UINT16_MAX + 1) / 8];
};

// The 16-bit name of an irq number, by the present message table.
uint16_t trace_ctf_name(uint32_t number);

void trace_ctf_names_add(struct trace_ctf_names *names, uint16_t name);

// Writes the whole metadata text. PASSIVE.
void trace_ctf_metadata(struct output *out, const struct trace_uuid *uuid, const struct trace_ctf_names *names);

#endif
