// The input context that gives a device its address.

#include "drivers/xhci/xhci_context.h"
#include "kernel/lib/memory.h"

#define CONTROL_ADD_SLOT_AND_ENDPOINT BITS(1, 0)
#define CONTROL_ADD_SLOT              BIT(0)
#define CONTROL_ADD_CONTROL           BIT(1)
#define SLOT_ROUTE                    BITS(19, 0)
#define SLOT_IS_HUB                   BIT(26)
#define SLOT_HUB_PORTS                BITS(31, 24)
#define SLOT_TT_SLOT                  BITS(7, 0)
#define SLOT_TT_PORT                  BITS(15, 8)
#define ENDPOINT_INTERVAL             BITS(23, 16)
#define ENDPOINT_PAYLOAD              BITS(31, 16)
#define ENDPOINT_AVERAGE              BITS(15, 0)
#define SLOT_SPEED                    BITS(23, 20)
#define SLOT_CONTEXT_ENTRIES          BITS(31, 27)
#define SLOT_ROOT_PORT                BITS(23, 16)
#define ENDPOINT_ERROR_COUNT          BITS(2, 1)
#define ENDPOINT_TYPE                 BITS(5, 3)
#define ENDPOINT_PACKET_SIZE          BITS(31, 16)
#define ENDPOINT_DEQUEUE_CYCLE        BIT(0)

enum { ENDPOINT_INTERRUPT = 3, BULK_AVERAGE = 1024 };
enum { ENDPOINT_TYPE_CONTROL = 4, ERROR_COUNT = 3, AVERAGE_LENGTH = 8 };
enum { SPEED_HIGH = 3, SPEED_SUPER = 4 }; // full and low speed are 1 and 2

// What every device of a speed takes before its descriptor is known (USB 2.0, 5.5.3; USB 3.2, 8.6.1).
static uint32_t packet_size(uint32_t speed)
{
    if (speed >= SPEED_SUPER)
        return 512;
    return speed == SPEED_HIGH ? 64 : 8;
}

static void fill_slot(uint32_t *slot, const struct xhci_place *place, uint32_t entries)
{
    slot[0] = (uint32_t)(FIELD_PUT(SLOT_ROUTE, place->route) | FIELD_PUT(SLOT_SPEED, place->speed) |
                         FIELD_PUT(SLOT_CONTEXT_ENTRIES, entries));
    slot[1] = (uint32_t)FIELD_PUT(SLOT_ROOT_PORT, place->port);
    slot[2] = (uint32_t)(FIELD_PUT(SLOT_TT_SLOT, place->tt_slot) | FIELD_PUT(SLOT_TT_PORT, place->tt_port));
}

uint32_t xhci_context_index(uint8_t address)
{
    return (address & 0xfU) * 2 + (address & 0x80 ? 1 : 0);
}

// Microframes as a power of two (table 6-12). Of full and low speed devices the descriptor counts milliseconds.
static uint32_t interval_of(uint32_t speed, const struct xhci_endpoint *endpoint)
{
    uint32_t exponent = 3, frames = endpoint->interval;

    if (endpoint->type != ENDPOINT_INTERRUPT)
        return 0;
    if (speed >= SPEED_HIGH)
        return frames == 0 ? 0 : (frames > 16 ? 16 : frames) - 1;
    while (frames > 1 && exponent < 10) {
        frames /= 2;
        exponent++;
    }
    return exponent;
}

static void fill_endpoint(uint32_t *context, uint32_t speed, const struct xhci_endpoint *endpoint)
{
    uint64_t dequeue = endpoint->transfers.address | ENDPOINT_DEQUEUE_CYCLE;
    uint32_t type = endpoint->type + (endpoint->address & 0x80 ? ENDPOINT_TYPE_CONTROL : 0);
    bool is_interrupt = endpoint->type == ENDPOINT_INTERRUPT;

    context[0] = (uint32_t)FIELD_PUT(ENDPOINT_INTERVAL, interval_of(speed, endpoint));
    context[1] = (uint32_t)(FIELD_PUT(ENDPOINT_ERROR_COUNT, ERROR_COUNT) | FIELD_PUT(ENDPOINT_TYPE, type) |
                            FIELD_PUT(ENDPOINT_PACKET_SIZE, endpoint->packet));
    context[2] = (uint32_t)dequeue;
    context[3] = (uint32_t)(dequeue >> 32);
    context[4] = (uint32_t)(FIELD_PUT(ENDPOINT_PAYLOAD, is_interrupt ? endpoint->packet : 0) |
                            FIELD_PUT(ENDPOINT_AVERAGE, is_interrupt ? endpoint->packet : BULK_AVERAGE));
}

void xhci_context_fill_endpoints(uint32_t *dwords, uint32_t stride, const struct xhci_place *place,
                                 const struct xhci_endpoint *endpoints, uint32_t count, uint32_t hub_ports)
{
    uint32_t words = stride / (uint32_t)sizeof(*dwords), last = 1;
    uint32_t *slot = dwords + words;

    memset(dwords, 0, 33 * (size_t)stride);
    dwords[1] = (uint32_t)CONTROL_ADD_SLOT;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = xhci_context_index(endpoints[i].address);
        dwords[1] |= 1U << index;
        last = index > last ? index : last;
        fill_endpoint(slot + (size_t)index * words, place->speed, &endpoints[i]);
    }
    fill_slot(slot, place, last);
    if (hub_ports) {
        slot[0] |= (uint32_t)SLOT_IS_HUB;
        slot[1] |= (uint32_t)FIELD_PUT(SLOT_HUB_PORTS, hub_ports);
    }
}

void xhci_context_fill_packet_size(uint32_t *dwords, uint32_t stride, uint32_t bytes)
{
    memset(dwords, 0, 3 * (size_t)stride);
    dwords[1] = (uint32_t)CONTROL_ADD_CONTROL;
    dwords[2 * stride / sizeof(*dwords) + 1] =
        (uint32_t)(FIELD_PUT(ENDPOINT_ERROR_COUNT, ERROR_COUNT) | FIELD_PUT(ENDPOINT_TYPE, ENDPOINT_TYPE_CONTROL) |
                   FIELD_PUT(ENDPOINT_PACKET_SIZE, bytes));
}

void xhci_context_fill(uint32_t *dwords, uint32_t stride, const struct xhci_place *place)
{
    uint32_t *slot = dwords + stride / sizeof(*dwords), *endpoint = slot + stride / sizeof(*dwords);
    uint64_t dequeue = place->transfers.address | ENDPOINT_DEQUEUE_CYCLE;

    memset(dwords, 0, 3 * (size_t)stride);
    dwords[1] = (uint32_t)CONTROL_ADD_SLOT_AND_ENDPOINT;
    fill_slot(slot, place, 1);
    endpoint[1] =
        (uint32_t)(FIELD_PUT(ENDPOINT_ERROR_COUNT, ERROR_COUNT) | FIELD_PUT(ENDPOINT_TYPE, ENDPOINT_TYPE_CONTROL) |
                   FIELD_PUT(ENDPOINT_PACKET_SIZE, packet_size(place->speed)));
    endpoint[2] = (uint32_t)dequeue;
    endpoint[3] = (uint32_t)(dequeue >> 32);
    endpoint[4] = AVERAGE_LENGTH;
}
