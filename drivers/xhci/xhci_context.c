// The input context that gives a device its address.

#include "drivers/xhci/xhci_context.h"
#include "kernel/lib/memory.h"

#define CONTROL_ADD_SLOT_AND_ENDPOINT BITS(1, 0)
#define SLOT_SPEED                    BITS(23, 20)
#define SLOT_CONTEXT_ENTRIES          BITS(31, 27)
#define SLOT_ROOT_PORT                BITS(23, 16)
#define ENDPOINT_ERROR_COUNT          BITS(2, 1)
#define ENDPOINT_TYPE                 BITS(5, 3)
#define ENDPOINT_PACKET_SIZE          BITS(31, 16)
#define ENDPOINT_DEQUEUE_CYCLE        BIT(0)

enum { ENDPOINT_TYPE_CONTROL = 4, ERROR_COUNT = 3, AVERAGE_LENGTH = 8 };
enum { SPEED_HIGH = 3, SPEED_SUPER = 4 }; // full and low speed are 1 and 2

// What every device of a speed takes before its descriptor is known (USB 2.0, 5.5.3; USB 3.2, 8.6.1).
static uint32_t packet_size(uint32_t speed)
{
    if (speed >= SPEED_SUPER)
        return 512;
    return speed == SPEED_HIGH ? 64 : 8;
}

void xhci_context_fill(uint32_t *dwords, uint32_t stride, const struct xhci_place *place)
{
    uint32_t *slot = dwords + stride / sizeof(*dwords), *endpoint = slot + stride / sizeof(*dwords);
    uint64_t dequeue = place->transfers.address | ENDPOINT_DEQUEUE_CYCLE;

    memset(dwords, 0, 3 * (size_t)stride);
    dwords[1] = (uint32_t)CONTROL_ADD_SLOT_AND_ENDPOINT;
    slot[0] = (uint32_t)(FIELD_PUT(SLOT_SPEED, place->speed) | FIELD_PUT(SLOT_CONTEXT_ENTRIES, 1));
    slot[1] = (uint32_t)FIELD_PUT(SLOT_ROOT_PORT, place->port);
    endpoint[1] =
        (uint32_t)(FIELD_PUT(ENDPOINT_ERROR_COUNT, ERROR_COUNT) | FIELD_PUT(ENDPOINT_TYPE, ENDPOINT_TYPE_CONTROL) |
                   FIELD_PUT(ENDPOINT_PACKET_SIZE, packet_size(place->speed)));
    endpoint[2] = (uint32_t)dequeue;
    endpoint[3] = (uint32_t)(dequeue >> 32);
    endpoint[4] = AVERAGE_LENGTH;
}
