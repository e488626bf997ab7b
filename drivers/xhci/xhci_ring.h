// A command or transfer ring: descriptors of a fixed number of TRBs, a link back at the end, and the cycle bit that
// tells who owns a TRB (xHCI specification 1.2, 4.9.2 and 4.9.3). Touches memory only.
#ifndef DRIVERS_XHCI_XHCI_RING_H
#define DRIVERS_XHCI_XHCI_RING_H

#include "drivers/xhci/xhci_trb.h"
#include "kernel/lib/result.h"

enum { XHCI_RING_TRB_COUNT = 64 }; // 1 KiB

enum xhci_descriptor_state {
    XHCI_DESCRIPTOR_FREE,
    XHCI_DESCRIPTOR_SHOT,   // in flight without a waiter; its event frees it
    XHCI_DESCRIPTOR_WAITED, // in flight; becomes DONE
    XHCI_DESCRIPTOR_DONE,   // the answer stands in it until xhci_ring_finish()
};

struct xhci_descriptor {
    uint32_t state; // enum xhci_descriptor_state, shared with the service routines
    uint32_t code;  // the event's completion code
    uint32_t slot;  // and its slot
    uint32_t left;  // bytes of the transfer that were not moved
};

struct xhci_ring {
    struct xhci_trb *trbs;
    struct physical base;
    uint32_t length; // TRBs in each descriptor
    uint32_t count;  // descriptors before the link
    uint32_t next;   // the submitter's, as is the cycle
    uint32_t cycle;
    uint32_t failures; // shots completed with an error
    struct xhci_descriptor descriptors[XHCI_RING_TRB_COUNT - 1];
};

// `trbs` are XHCI_RING_TRB_COUNT zeroed TRBs at physical address `base`. A descriptor never lies across the link.
void xhci_ring_start(struct xhci_ring *ring, struct xhci_trb *trbs, struct physical base, uint32_t length);

// Hands over one descriptor, `length` TRBs, as `state` (SHOT or WAITED); the doorbell is the caller's. RESULT_BUSY when
// all but one are in flight or unfinished. One submitter at a time.
MUST_USE enum result xhci_ring_submit(struct xhci_ring *ring, const struct xhci_trb *trbs,
                                      enum xhci_descriptor_state state, uint32_t *index);

// The same with fewer TRBs, `trb_count` from 1 on: a link behind them leads to the next descriptor.
MUST_USE enum result xhci_ring_submit_short(struct xhci_ring *ring, const struct xhci_trb *trbs, uint32_t trb_count,
                                            enum xhci_descriptor_state state, uint32_t *index);

// Where the controller goes on after an error, for Set TR Dequeue Pointer: the next descriptor, and its cycle in bit 0.
// Nothing may be in flight.
uint64_t xhci_ring_position(const struct xhci_ring *ring);

// Completes the descriptor whose TRB an event names. False: the TRB is not in this ring or not in flight. Any IRQL,
// several CPUs at once: the events of one ring may come by several interrupters, and out of order.
bool xhci_ring_take(struct xhci_ring *ring, const struct xhci_trb *event);

static inline bool xhci_ring_is_done(const struct xhci_ring *ring, uint32_t index)
{
    return __atomic_load_n(&ring->descriptors[index].state, __ATOMIC_ACQUIRE) == XHCI_DESCRIPTOR_DONE;
}

// Is the last descriptor that was handed over finished?
static inline bool xhci_ring_is_free(const struct xhci_ring *ring)
{
    uint32_t last = (ring->next ? ring->next : ring->count) - 1;

    return __atomic_load_n(&ring->descriptors[last].state, __ATOMIC_ACQUIRE) == XHCI_DESCRIPTOR_FREE;
}

// Frees a descriptor that is done and answers its completion code; *slot is the slot its event named.
uint32_t xhci_ring_finish(struct xhci_ring *ring, uint32_t index, uint32_t *slot);

#endif
