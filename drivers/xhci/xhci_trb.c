// Transfer request blocks: what goes out, and how an event reads.

#include "drivers/xhci/xhci_trb.h"

#define STATUS_INTERRUPTER    BITS(31, 22)
#define STATUS_CODE           BITS(31, 24)
#define STATUS_LEFT           BITS(23, 0)
#define PARAMETER_PORT        BITS(31, 24)
#define CONTROL_ON_SHORT      BIT(2)
#define CONTROL_ON_COMPLETE   BIT(5)
#define CONTROL_IMMEDIATE     BIT(6)
#define CONTROL_IN            BIT(16)
#define CONTROL_SETUP_HAS_IN  BITS(17, 16)
#define CONTROL_SETUP_HAS_OUT BIT(17)
#define CONTROL_ENDPOINT      BITS(20, 16)
#define SETUP_IS_IN           BIT(7)
#define SETUP_DATA_LENGTH     BITS(63, 48)
#define CONTROL_SLOT          BITS(31, 24)

// bmRequestType device to host, standard, to the device; wLength 2.
#define GET_STATUS ((uint64_t)XHCI_STATUS_LENGTH << 48 | 0x80)

enum { SETUP_LENGTH = 8 };

static struct xhci_trb compose(enum xhci_trb_type type, uint64_t parameter, uint64_t status, uint64_t control)
{
    return (struct xhci_trb){parameter, (uint32_t)status, (uint32_t)(FIELD_PUT(XHCI_TRB_TYPE, type) | control)};
}

struct xhci_trb xhci_trb_no_op(void)
{
    return compose(XHCI_TRB_NO_OP_COMMAND, 0, 0, 0);
}

struct xhci_trb xhci_trb_enable_slot(void)
{
    return compose(XHCI_TRB_ENABLE_SLOT, 0, 0, 0);
}

struct xhci_trb xhci_trb_address_device(uint32_t slot, struct physical input_context)
{
    return compose(XHCI_TRB_ADDRESS_DEVICE, input_context.address, 0, FIELD_PUT(CONTROL_SLOT, slot));
}

struct xhci_trb xhci_trb_slot_command(enum xhci_trb_type type, uint32_t slot, uint64_t parameter)
{
    return compose(type, parameter, 0, FIELD_PUT(CONTROL_SLOT, slot));
}

struct xhci_trb xhci_trb_endpoint_command(enum xhci_trb_type type, uint32_t slot, uint32_t endpoint, uint64_t parameter)
{
    return compose(type, parameter, 0, FIELD_PUT(CONTROL_SLOT, slot) | FIELD_PUT(CONTROL_ENDPOINT, endpoint));
}

// The status stage goes the other way than the data, and in where there is none.
uint32_t xhci_trb_request(struct xhci_trb stages[XHCI_STATUS_STAGES], uint64_t setup, struct physical buffer,
                          uint32_t interrupter)
{
    uint64_t target = FIELD_PUT(STATUS_INTERRUPTER, interrupter), length = FIELD_GET(SETUP_DATA_LENGTH, setup);
    bool is_in = setup & SETUP_IS_IN;
    uint64_t kind = length == 0 ? 0 : is_in ? CONTROL_SETUP_HAS_IN : CONTROL_SETUP_HAS_OUT;
    uint32_t count = 0;

    stages[count++] = compose(XHCI_TRB_SETUP, setup, target | SETUP_LENGTH, kind | CONTROL_IMMEDIATE);
    if (length)
        stages[count++] = compose(XHCI_TRB_DATA, buffer.address, target | length, is_in ? CONTROL_IN : 0);
    stages[count++] = compose(XHCI_TRB_STATUS, 0, target, CONTROL_ON_COMPLETE | (length && is_in ? 0 : CONTROL_IN));
    return count;
}

struct xhci_trb xhci_trb_normal(struct physical buffer, uint32_t length, uint32_t interrupter)
{
    return compose(XHCI_TRB_NORMAL, buffer.address, FIELD_PUT(STATUS_INTERRUPTER, interrupter) | length,
                   CONTROL_ON_COMPLETE | CONTROL_ON_SHORT);
}

struct xhci_trb xhci_trb_link(struct physical start)
{
    return compose(XHCI_TRB_LINK, start.address, 0, XHCI_TRB_TOGGLE_CYCLE);
}

void xhci_trb_get_status(struct xhci_trb stages[XHCI_STATUS_STAGES], struct physical buffer, uint32_t interrupter)
{
    uint64_t target = FIELD_PUT(STATUS_INTERRUPTER, interrupter);

    stages[0] = compose(XHCI_TRB_SETUP, GET_STATUS, target | SETUP_LENGTH, CONTROL_SETUP_HAS_IN | CONTROL_IMMEDIATE);
    stages[1] = compose(XHCI_TRB_DATA, buffer.address, target | XHCI_STATUS_LENGTH, CONTROL_IN);
    stages[2] = compose(XHCI_TRB_STATUS, 0, target, CONTROL_ON_COMPLETE);
}

uint32_t xhci_trb_type(const struct xhci_trb *trb)
{
    return (uint32_t)FIELD_GET(XHCI_TRB_TYPE, trb->control);
}

uint32_t xhci_trb_code(const struct xhci_trb *event)
{
    return (uint32_t)FIELD_GET(STATUS_CODE, event->status);
}

uint32_t xhci_trb_slot(const struct xhci_trb *event)
{
    return (uint32_t)FIELD_GET(CONTROL_SLOT, event->control);
}

uint32_t xhci_trb_left(const struct xhci_trb *event)
{
    return (uint32_t)FIELD_GET(STATUS_LEFT, event->status);
}

uint32_t xhci_trb_port(const struct xhci_trb *event)
{
    return (uint32_t)FIELD_GET(PARAMETER_PORT, event->parameter);
}
