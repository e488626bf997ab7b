// An event ring: the events of one interrupter (xHCI specification 1.2, 4.9.4). Touches memory only.
#ifndef DRIVERS_XHCI_XHCI_EVENTS_H
#define DRIVERS_XHCI_XHCI_EVENTS_H

#include "drivers/xhci/xhci_ring.h"

enum { XHCI_EVENT_TRB_COUNT = 256 }; // a page: the ring's one segment

// A ring's entry in the event ring segment table (6.5).
struct xhci_segment {
    uint64_t base;
    uint32_t size;
    uint32_t reserved;
};
_Static_assert(sizeof(struct xhci_segment) == 16, "wire size");

struct xhci_events {
    const struct xhci_trb *trbs;
    struct physical base;
    uint32_t next;
    uint32_t cycle;  // what a new event carries
    uint32_t strays; // events of descriptors not in flight, and of unknown types
};

// Who takes the events of other slots, and those of ports. Any IRQL. False: nobody's.
struct xhci_listener {
    bool (*take)(struct xhci_listener *listener, const struct xhci_trb *event);
};

// `trbs` are XHCI_EVENT_TRB_COUNT zeroed TRBs at physical address `base`.
void xhci_events_start(struct xhci_events *events, const struct xhci_trb *trbs, struct physical base);

// Takes new events, at most one turn of the ring, and passes each to its command or transfer ring, else to `listener`
// (NULL: none). Answers how many.
// One caller at a time; any IRQL.
uint32_t xhci_events_take(struct xhci_events *events, struct xhci_ring *commands, struct xhci_ring *transfers,
                          struct xhci_listener *listener);

// The address of the next event.
struct physical xhci_events_dequeue(const struct xhci_events *events);

#endif
