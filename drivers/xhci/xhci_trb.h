// Transfer request blocks: what goes out, and how an event reads (xHCI specification 1.2, 6.4). Pure.
#ifndef DRIVERS_XHCI_XHCI_TRB_H
#define DRIVERS_XHCI_XHCI_TRB_H

#include "kernel/lib/types.h"

struct xhci_trb {
    uint64_t parameter;
    uint32_t status;
    uint32_t control;
};
_Static_assert(sizeof(struct xhci_trb) == 16, "wire size");

enum xhci_trb_type {
    XHCI_TRB_NORMAL = 1,
    XHCI_TRB_SETUP = 2,
    XHCI_TRB_DATA = 3,
    XHCI_TRB_STATUS = 4,
    XHCI_TRB_LINK = 6,
    XHCI_TRB_ENABLE_SLOT = 9,
    XHCI_TRB_DISABLE_SLOT = 10,
    XHCI_TRB_ADDRESS_DEVICE = 11,
    XHCI_TRB_CONFIGURE_ENDPOINT = 12,
    XHCI_TRB_EVALUATE_CONTEXT = 13,
    XHCI_TRB_RESET_ENDPOINT = 14,
    XHCI_TRB_SET_DEQUEUE = 16,
    XHCI_TRB_NO_OP_COMMAND = 23,
    XHCI_TRB_TRANSFER_EVENT = 32,
    XHCI_TRB_COMMAND_EVENT = 33,
    XHCI_TRB_PORT_EVENT = 34,
};

#define XHCI_TRB_CYCLE        BIT(0)
#define XHCI_TRB_TOGGLE_CYCLE BIT(1) // of a link
#define XHCI_TRB_EVENT_DATA   BIT(2) // of a transfer event: its parameter is no address
#define XHCI_TRB_TYPE         BITS(15, 10)

enum { XHCI_CODE_STALL = 6, XHCI_CODE_SHORT_PACKET = 13 };
enum { XHCI_CODE_SUCCESS = 1, XHCI_STATUS_STAGES = 3, XHCI_STATUS_LENGTH = 2 };

// Commands. Their events go to interrupter 0.
struct xhci_trb xhci_trb_no_op(void);
struct xhci_trb xhci_trb_enable_slot(void);
struct xhci_trb xhci_trb_address_device(uint32_t slot, struct physical input_context);

// A command about a slot, type DISABLE_SLOT, CONFIGURE_ENDPOINT, EVALUATE_CONTEXT (with an input context), and one
// about an endpoint of it, by its context's index: RESET_ENDPOINT, SET_DEQUEUE (with a ring's position).
struct xhci_trb xhci_trb_slot_command(enum xhci_trb_type type, uint32_t slot, uint64_t parameter);
struct xhci_trb xhci_trb_endpoint_command(enum xhci_trb_type type, uint32_t slot, uint32_t endpoint,
                                          uint64_t parameter);

// A request to endpoint 0: its stages, two without data, else three; answers how many. `setup` are the eight bytes as
// the device reads them. The last stage ends in one event on `interrupter`.
uint32_t xhci_trb_request(struct xhci_trb stages[XHCI_STATUS_STAGES], uint64_t setup, struct physical buffer,
                          uint32_t interrupter);

// One transfer of a bulk or interrupt endpoint; a short packet ends it as well as all of it.
struct xhci_trb xhci_trb_normal(struct physical buffer, uint32_t length, uint32_t interrupter);

// The link at a ring's end, back to its start; the cycle bit is clear.
struct xhci_trb xhci_trb_link(struct physical start);

// The three stages of GET_STATUS to the device itself, which changes nothing there (USB 2.0, 9.4.5): it answers
// XHCI_STATUS_LENGTH bytes into `buffer`, and the last stage ends in one event on `interrupter`.
void xhci_trb_get_status(struct xhci_trb stages[XHCI_STATUS_STAGES], struct physical buffer, uint32_t interrupter);

// The fields of any TRB, and of an event.
uint32_t xhci_trb_type(const struct xhci_trb *trb);
uint32_t xhci_trb_code(const struct xhci_trb *event);
uint32_t xhci_trb_slot(const struct xhci_trb *event);
uint32_t xhci_trb_left(const struct xhci_trb *event); // bytes not transferred
uint32_t xhci_trb_port(const struct xhci_trb *event); // of a port event

#endif
