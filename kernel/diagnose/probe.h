// Which bits of a device's message registers exist: probes them and describes the findings.
#ifndef KERNEL_DIAGNOSE_PROBE_H
#define KERNEL_DIAGNOSE_PROBE_H

#include "kernel/core/message.h"
#include "kernel/inventory/message_probe.h"

enum { PROBE_TEXT = 120 };

struct probe {
    const struct message_set *set;
    struct message_probe found;
    uint32_t drifts;    // found by an audit of the device afterwards
    const char *reason; // why it could not be probed
};

// A range of consecutive entries that are alike.
struct probe_range {
    uint32_t first, last;
    const struct probe_entry *entry; // the first of them
};

// Probes an open source. The device sends nothing meanwhile; messages that became due are sent afterwards, and for an
// MSI that may have lost one the routine is called. Then the device is audited. The caller frees `found.entries` in
// every case. Boot CPU, PASSIVE. `reason` explains a failure: RESULT_UNSUPPORTED: a line, or inactive; RESULT_BUSY: the
// registers cannot be reached, see `why`; RESULT_NO_MEMORY (nothing changed in these three); else the result of the
// source.
MUST_USE enum result probe_run(const struct message_set *set, struct probe *probe);

// The range that begins with entry `first`; false past the last entry.
bool probe_range_at(const struct probe *probe, uint32_t first, struct probe_range *range);

// Calls `warn` for each deviation from the specification; returns how many there are.
uint32_t probe_warnings(const struct probe *probe, void (*warn)(void *context, const char *text), void *context);

#endif
