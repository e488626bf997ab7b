// An event ring: the events of one interrupter.

#include "drivers/xhci/xhci_events.h"

static bool listen(struct xhci_listener *listener, const struct xhci_trb *event)
{
    return listener && listener->take(listener, event);
}

// The controller always sends port status change events, also when nobody listens.
static bool pass_on(const struct xhci_trb *event, struct xhci_ring *commands, struct xhci_ring *transfers,
                    struct xhci_listener *listener)
{
    switch (xhci_trb_type(event)) {
    case XHCI_TRB_COMMAND_EVENT:
        return xhci_ring_take(commands, event);
    case XHCI_TRB_TRANSFER_EVENT:
        return !(event->control & XHCI_TRB_EVENT_DATA) && (xhci_ring_take(transfers, event) || listen(listener, event));
    case XHCI_TRB_PORT_EVENT:
        (void)listen(listener, event);
        return true;
    default:
        return false;
    }
}

// There is no link: the controller knows the size from the segment table.
static void advance(struct xhci_events *events)
{
    if (++events->next < XHCI_EVENT_TRB_COUNT)
        return;
    events->next = 0;
    events->cycle ^= XHCI_TRB_CYCLE;
}

void xhci_events_start(struct xhci_events *events, const struct xhci_trb *trbs, struct physical base)
{
    *events = (struct xhci_events){.trbs = trbs, .base = base, .cycle = XHCI_TRB_CYCLE};
}

// The control word before the rest: the other words are valid only once its cycle bit has changed.
uint32_t xhci_events_take(struct xhci_events *events, struct xhci_ring *commands, struct xhci_ring *transfers,
                          struct xhci_listener *listener)
{
    uint32_t taken = 0;

    for (; taken < XHCI_EVENT_TRB_COUNT; taken++) {
        const struct xhci_trb *trb = &events->trbs[events->next];
        struct xhci_trb event = {.control = __atomic_load_n(&trb->control, __ATOMIC_ACQUIRE)};
        if ((event.control & XHCI_TRB_CYCLE) != events->cycle)
            break;
        event.parameter = trb->parameter;
        event.status = trb->status;
        events->strays += !pass_on(&event, commands, transfers, listener);
        advance(events);
    }
    return taken;
}

struct physical xhci_events_dequeue(const struct xhci_events *events)
{
    return (struct physical){events->base.address + (uint64_t)events->next * sizeof(*events->trbs)};
}
