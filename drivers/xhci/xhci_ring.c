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

// The link behind a descriptor of `trb_count` TRBs. That of the last one leads back to the start, and inverts the
// cycle; a descriptor of full length needs none but there.
static void put_link(struct xhci_ring *ring, uint32_t trb_count)
{
    struct xhci_trb *at = &ring->trbs[ring->next * ring->length + trb_count];
    bool is_last = ring->next + 1 == ring->count;
    struct physical following = {ring->base.address + (ring->next + 1) * ring->length * sizeof(*at)};
    struct xhci_trb link = xhci_trb_link(is_last ? ring->base : following);

    if (!is_last)
        link.control &= ~(uint32_t)XHCI_TRB_TOGGLE_CYCLE;
    if (is_last || trb_count < ring->length)
        hand_over(at, &link, ring->cycle);
}

static void advance(struct xhci_ring *ring)
{
    if (++ring->next < ring->count)
        return;
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
enum result xhci_ring_submit_short(struct xhci_ring *ring, const struct xhci_trb *trbs, uint32_t trb_count,
                                   enum xhci_descriptor_state state, uint32_t *index)
{
    uint32_t current = ring->next, following = current + 1 == ring->count ? 0 : current + 1;
    struct xhci_trb *to = &ring->trbs[current * ring->length];

    if (state_load(&ring->descriptors[current]) != XHCI_DESCRIPTOR_FREE ||
        state_load(&ring->descriptors[following]) != XHCI_DESCRIPTOR_FREE)
        return RESULT_BUSY;
    state_store(&ring->descriptors[current], state);
    put_link(ring, trb_count);
    for (uint32_t i = trb_count; i-- > 0;)
        hand_over(&to[i], &trbs[i], ring->cycle);
    advance(ring);
    *index = current;
    return RESULT_OK;
}

enum result xhci_ring_submit(struct xhci_ring *ring, const struct xhci_trb *trbs, enum xhci_descriptor_state state,
                             uint32_t *index)
{
    return xhci_ring_submit_short(ring, trbs, ring->length, state, index);
}

uint64_t xhci_ring_position(const struct xhci_ring *ring)
{
    return (ring->base.address + (uint64_t)ring->next * ring->length * sizeof(*ring->trbs)) | ring->cycle;
}

static void answer(struct xhci_descriptor *descriptor, const struct xhci_trb *event)
{
    descriptor->code = xhci_trb_code(event);
    descriptor->slot = xhci_trb_slot(event);
    descriptor->left = xhci_trb_left(event);
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
    if (xhci_trb_code(event) != XHCI_CODE_SUCCESS && xhci_trb_code(event) != XHCI_CODE_SHORT_PACKET)
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
