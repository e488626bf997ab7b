// What of a device's message registers really exists: probed, and what it found put into words.
#ifndef KERNEL_DIAGNOSE_PROBE_H
#define KERNEL_DIAGNOSE_PROBE_H

#include "kernel/core/message.h"
#include "kernel/inventory/message_probe.h"

enum { PROBE_TEXT = 120 };

struct probe {
    const struct message_set *set;
    struct message_probe found;
    uint32_t drifts;    // of an audit of the device afterwards
    const char *reason; // why it could not be probed
};

// Entries in succession that are alike.
struct probe_range {
    uint32_t first, last;
    const struct probe_entry *entry; // the first of them
};

// Probes an open source: its device sends nothing meanwhile; what became due is sent afterwards, and what an MSI may
// have lost is made good. Then the device is audited. `found.entries` is the caller's to free, in any case. Boot CPU,
// PASSIVE. `reason` says why not: RESULT_UNSUPPORTED: a line, or inactive; RESULT_BUSY: it cannot be reached, see
// `why`; RESULT_NO_MEMORY; or what the source answers. Nothing was changed in the first three.
MUST_USE enum result probe_run(const struct message_set *set, struct probe *probe);

// The range that begins with entry `first`; false behind the last.
bool probe_range_at(const struct probe *probe, uint32_t first, struct probe_range *range);

// Calls `warn` for each thing that is not as the specification has it; answers how many there are.
uint32_t probe_warnings(const struct probe *probe, void (*warn)(void *context, const char *text), void *context);

#endif
