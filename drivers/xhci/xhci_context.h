// The input context that gives a device its address (xHCI specification 1.2, 6.2.2, 6.2.3 and 6.2.5). Pure.
#ifndef DRIVERS_XHCI_XHCI_CONTEXT_H
#define DRIVERS_XHCI_XHCI_CONTEXT_H

#include "kernel/lib/types.h"

// A device's root hub port and speed.
struct xhci_place {
    uint32_t port;  // of the root hub, from 1
    uint32_t speed; // as PORTSC names it
    struct physical transfers;
};

// Writes control, slot and endpoint 0 contexts, each `stride` bytes (32 or 64), into `dwords`, at least three strides.
// `transfers` is the start of endpoint 0's ring, whose cycle starts as 1.
void xhci_context_fill(uint32_t *dwords, uint32_t stride, const struct xhci_place *place);

#endif
