// The input context that gives a device its address (xHCI specification 1.2, 6.2.2, 6.2.3 and 6.2.5). Pure.
#ifndef DRIVERS_XHCI_XHCI_CONTEXT_H
#define DRIVERS_XHCI_XHCI_CONTEXT_H

#include "kernel/lib/types.h"

// A device's root hub port and speed.
struct xhci_place {
    uint32_t port;  // of the root hub, from 1
    uint32_t speed; // as PORTSC names it
    struct physical transfers;
    uint32_t route;   // hub ports on the way, four bits each, the root hub's own left out; 0: at the root hub
    uint32_t tt_slot; // a full or low speed device behind a high speed hub: that hub's slot and port
    uint32_t tt_port;
};

// An endpoint that is to be used, by its descriptor.
struct xhci_endpoint {
    uint8_t address;  // bit 7: IN
    uint8_t type;     // 2 bulk, 3 interrupt
    uint8_t interval; // as the descriptor has it
    uint16_t packet;  // bytes at most
    struct physical transfers;
};

// The index of an endpoint's context, which is its doorbell's target.
uint32_t xhci_context_index(uint8_t address);

// Writes control, slot and endpoint 0 contexts, each `stride` bytes (32 or 64), into `dwords`, at least three strides.
// `transfers` is the start of endpoint 0's ring, whose cycle starts as 1.
void xhci_context_fill(uint32_t *dwords, uint32_t stride, const struct xhci_place *place);

// The input context that adds endpoints to an addressed device, up to 32 strides of `dwords`; with `hub_ports` above 0
// the device becomes a hub of so many ports. Nothing to add and no hub: refreshes the slot alone.
void xhci_context_fill_endpoints(uint32_t *dwords, uint32_t stride, const struct xhci_place *place,
                                 const struct xhci_endpoint *endpoints, uint32_t count, uint32_t hub_ports);

// The input context that tells endpoint 0's packet size, for Evaluate Context.
void xhci_context_fill_packet_size(uint32_t *dwords, uint32_t stride, uint32_t bytes);

#endif
