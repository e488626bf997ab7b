// A command or transfer ring: descriptors of a fixed number of TRBs, a link back at the end, and the cycle bit.

#include "drivers/xhci/xhci_ring.h"

static uint32_t state_load(const struct xhci_descriptor *descriptor)
{
    return __atomic_load_n(&descriptor->state, __ATOMIC_ACQUIRE);
}

static void state_store(struct xhci_descriptor *descriptor, enum xhci_descriptor_state state)
{
    __atomic_store_n(&descriptor->state, state, __ATOMIC_RELEASE);
}

// The control word goes last: its cycle bit hands the TRB over.
static void hand_over(struct xhci_trb *to, const struct xhci_trb *from, uint32_t cycle)
{
    to->parameter = from->parameter;
    to->status = from->status;
    __atomic_store_n(&to->control, (from->control & ~(uint32_t)XHCI_TRB_CYCLE) | cycle, __ATOMIC_RELEASE);
}

// After the last descriptor the link TRB is handed over with the old cycle; then the cycle is inverted.
static void advance(struct xhci_ring *ring)
{
    struct xhci_trb link = xhci_trb_link(ring->base);

    if (++ring->next < ring->count)
        return;
    hand_over(&ring->trbs[ring->count * ring->length], &link, ring->cycle);
    ring->next = 0;
    ring->cycle ^= XHCI_TRB_CYCLE;
}

void xhci_ring_start(struct xhci_ring *ring, struct xhci_trb *trbs, struct physical base, uint32_t length)
{
    *ring = (struct xhci_ring){
        .trbs = trbs,
        .base = base,
        .length = length,
        .count = (XHCI_RING_TRB_COUNT - 1) / length,
        .cycle = XHCI_TRB_CYCLE,
    };
    trbs[ring->count * length] = xhci_trb_link(base);
}

// The descriptor after this one must be free too: one always stays empty, which is how the specification tells a full
// ring from an empty one. The first TRB is handed over last, or else the controller could read TRBs not yet written.
enum result xhci_ring_submit(struct xhci_ring *ring, const struct xhci_trb *trbs, enum xhci_descriptor_state state,
                             uint32_t *index)
{
    uint32_t current = ring->next, following = current + 1 == ring->count ? 0 : current + 1;
    struct xhci_trb *to = &ring->trbs[current * ring->length];

    if (state_load(&ring->descriptors[current]) != XHCI_DESCRIPTOR_FREE ||
        state_load(&ring->descriptors[following]) != XHCI_DESCRIPTOR_FREE)
        return RESULT_BUSY;
    state_store(&ring->descriptors[current], state);
    for (uint32_t i = ring->length; i-- > 0;)
        hand_over(&to[i], &trbs[i], ring->cycle);
    advance(ring);
    *index = current;
    return RESULT_OK;
}

static void answer(struct xhci_descriptor *descriptor, const struct xhci_trb *event)
{
    descriptor->code = xhci_trb_code(event);
    descriptor->slot = xhci_trb_slot(event);
    state_store(descriptor, XHCI_DESCRIPTOR_DONE);
}

bool xhci_ring_take(struct xhci_ring *ring, const struct xhci_trb *event)
{
    uint64_t offset = event->parameter - ring->base.address, trb = offset / sizeof(*ring->trbs);
    uint32_t shot = XHCI_DESCRIPTOR_SHOT;

    if (offset % sizeof(*ring->trbs) || trb >= (uint64_t)ring->count * ring->length)
        return false;
    struct xhci_descriptor *descriptor = &ring->descriptors[trb / ring->length];
    if (state_load(descriptor) == XHCI_DESCRIPTOR_WAITED) {
        answer(descriptor, event);
        return true;
    }
    if (!__atomic_compare_exchange_n(&descriptor->state, &shot, XHCI_DESCRIPTOR_FREE, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE))
        return false;
    if (xhci_trb_code(event) != XHCI_CODE_SUCCESS)
        __atomic_fetch_add(&ring->failures, 1, __ATOMIC_RELAXED);
    return true;
}

uint32_t xhci_ring_finish(struct xhci_ring *ring, uint32_t index, uint32_t *slot)
{
    uint32_t code = ring->descriptors[index].code;

    *slot = ring->descriptors[index].slot;
    state_store(&ring->descriptors[index], XHCI_DESCRIPTOR_FREE);
    return code;
}
