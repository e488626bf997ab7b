// Requests and endpoints of a USB device.

#include "drivers/command_overdue.h"
#include "drivers/usb/usb_memory.h"
#include "drivers/xhci/xhci_registers.h"
#include "kernel/lib/memory.h"

enum { CONTROL_INDEX = 1 }; // endpoint 0's context

struct transfer_wait {
    struct usb_device *device;
    struct xhci_ring *ring;
    uint32_t index;
};

// ---- transfers that are waited for ----

static bool transfer_is_done(void *transfer)
{
    const struct transfer_wait *wait = transfer;

    return xhci_ring_is_done(wait->ring, wait->index);
}

static void transfer_serve(void *transfer)
{
    const struct xhci_controller *controller = ((const struct transfer_wait *)transfer)->device->controller;

    (void)xhci_controller_serve((struct xhci_controller *)controller, controller->device_interrupter);
}

static const struct command_kind transfers = {"usb", transfer_is_done, transfer_serve};

// A message that did not come is the routing's fault, not the device's: the transfer counts.
static enum result await(struct transfer_wait *wait, uint32_t *code, uint32_t *left)
{
    struct usb_device *device = wait->device;
    enum result result = RESULT_OK;
    uint32_t ignored;

    if (wait_until(transfer_is_done, wait, COMMAND_BOUND) != RESULT_OK)
        result = command_overdue(&transfers, device->controller->device, device->controller->device_interrupter, wait);
    if (result == RESULT_TIMEOUT) {
        device->is_lost = true;
        return RESULT_TIMEOUT;
    }
    *left = wait->ring->descriptors[wait->index].left;
    *code = xhci_ring_finish(wait->ring, wait->index, &ignored);
    return RESULT_OK;
}

static enum result ring_recover(struct usb_device *device, const struct xhci_ring *ring, uint32_t index)
{
    enum result result =
        usb_command(device, xhci_trb_endpoint_command(XHCI_TRB_RESET_ENDPOINT, device->slot, index, 0));

    if (result != RESULT_OK)
        return result;
    return usb_command(device,
                       xhci_trb_endpoint_command(XHCI_TRB_SET_DEQUEUE, device->slot, index, xhci_ring_position(ring)));
}

enum result usb_request(struct usb_device *device, struct usb_request request, void *data)
{
    struct transfer_wait wait = {device, device->control, 0};
    struct xhci_trb stages[XHCI_STATUS_STAGES];
    bool is_in = request.type & USB_IN_DEVICE;
    uint32_t code, left;

    if (device->is_lost || device->controller->failed)
        return RESULT_GONE;
    if (request.length > USB_CONTROL_LENGTH)
        return RESULT_INVALID;
    if (request.length && !is_in)
        memcpy(usb_memory_pointer(device, USB_MEMORY_REQUEST), data, request.length);
    else
        memset(usb_memory_pointer(device, USB_MEMORY_REQUEST), 0, request.length);
    uint32_t count =
        xhci_trb_request(stages, usb_request_bytes(request), usb_memory_physical(device, USB_MEMORY_REQUEST),
                         device->controller->device_interrupter);
    enum result result = xhci_ring_submit_short(device->control, stages, count, XHCI_DESCRIPTOR_WAITED, &wait.index);
    if (result != RESULT_OK)
        return result;
    xhci_controller_ring(device->controller, device->slot, XHCI_DOORBELL_CONTROL_ENDPOINT);
    result = await(&wait, &code, &left);
    if (result != RESULT_OK)
        return result;
    if (code != XHCI_CODE_SUCCESS && code != XHCI_CODE_SHORT_PACKET) {
        if (ring_recover(device, device->control, CONTROL_INDEX) != RESULT_OK)
            device->is_lost = true;
        return RESULT_FAILED;
    }
    if (request.length && is_in)
        memcpy(data, usb_memory_pointer(device, USB_MEMORY_REQUEST), request.length);
    return RESULT_OK;
}

// ---- endpoints ----

enum result usb_pipes_open(struct usb_device *device, const struct usb_endpoint *const *endpoints, uint32_t count,
                           uint32_t hub_ports)
{
    struct xhci_endpoint opened[USB_PIPE_COUNT];

    for (uint32_t i = 0; i < count && i < USB_PIPE_COUNT; i++) {
        struct usb_pipe *pipe = &device->pipes[i];
        uint32_t ring = USB_MEMORY_PIPES + i * XHCI_RING_TRB_COUNT * (uint32_t)sizeof(struct xhci_trb);
        xhci_ring_start(&pipe->ring, usb_memory_pointer(device, ring), usb_memory_physical(device, ring), 1);
        pipe->device = device;
        pipe->address = endpoints[i]->address;
        pipe->packet = endpoints[i]->packet;
        opened[i] = (struct xhci_endpoint){
            .address = endpoints[i]->address,
            .type = endpoints[i]->type,
            .interval = endpoints[i]->interval,
            .packet = endpoints[i]->packet,
            .transfers = usb_memory_physical(device, ring),
        };
    }
    xhci_context_fill_endpoints(usb_memory_input(device), device->controller->context_stride, &device->place, opened,
                                count, hub_ports);
    enum result result = usb_input_command(device, XHCI_TRB_CONFIGURE_ENDPOINT);
    for (uint32_t i = 0; i < count && result == RESULT_OK; i++)
        device->pipes[i].index = xhci_context_index(device->pipes[i].address);
    return result;
}

static uint32_t pipe_number(const struct usb_pipe *pipe)
{
    return (uint32_t)(pipe - pipe->device->pipes);
}

static uint32_t heard_offset(const struct usb_pipe *pipe)
{
    return USB_MEMORY_HEARD + pipe_number(pipe) * USB_PIPE_BUFFER;
}

// At the message's IRQL, one at a time: the event that asks for the next has just ended the last.
static void ask(struct usb_pipe *pipe)
{
    struct usb_device *device = pipe->device;
    struct xhci_trb trb = xhci_trb_normal(usb_memory_physical(device, heard_offset(pipe)), pipe->packet,
                                          device->controller->device_interrupter);
    uint32_t index;

    if (xhci_ring_submit(&pipe->ring, &trb, XHCI_DESCRIPTOR_SHOT, &index) == RESULT_OK)
        xhci_controller_ring(device->controller, device->slot, pipe->index);
}

enum result usb_pipe_listen(struct usb_pipe *pipe,
                            void (*heard)(struct usb_device *device, const uint8_t *bytes, uint32_t length))
{
    if (pipe->packet == 0 || pipe->packet > USB_PIPE_BUFFER)
        return RESULT_UNSUPPORTED;
    pipe->heard = heard;
    pipe->device->controller->has_listening = true;
    ask(pipe);
    return RESULT_OK;
}

void *usb_data(struct usb_device *device)
{
    return usb_memory_pointer(device, USB_MEMORY_DATA);
}

enum result usb_pipe_transfer(struct usb_pipe *pipe, uint32_t length, uint32_t *moved)
{
    struct usb_device *device = pipe->device;
    struct transfer_wait wait = {device, &pipe->ring, 0};
    struct xhci_trb trb =
        xhci_trb_normal(usb_memory_physical(device, USB_MEMORY_DATA), length, device->controller->device_interrupter);
    uint32_t code, left;

    *moved = 0;
    if (device->is_lost || device->controller->failed)
        return RESULT_GONE;
    enum result result = xhci_ring_submit(&pipe->ring, &trb, XHCI_DESCRIPTOR_WAITED, &wait.index);
    if (result != RESULT_OK)
        return result;
    xhci_controller_ring(device->controller, device->slot, pipe->index);
    result = await(&wait, &code, &left);
    if (result != RESULT_OK)
        return result;
    *moved = left <= length ? length - left : 0;
    pipe->is_halted = code != XHCI_CODE_SUCCESS && code != XHCI_CODE_SHORT_PACKET;
    return pipe->is_halted ? RESULT_FAILED : RESULT_OK;
}

enum result usb_pipe_clear(struct usb_pipe *pipe, bool is_told)
{
    struct usb_request request = {USB_OUT_ENDPOINT, USB_CLEAR_FEATURE, 0, pipe->address, 0};
    enum result result = RESULT_OK;

    if (pipe->is_halted)
        result = ring_recover(pipe->device, &pipe->ring, pipe->index);
    pipe->is_halted = false;
    return result == RESULT_OK && is_told ? usb_request(pipe->device, request, NULL) : result;
}

// A device that is being unplugged answers with errors: the endpoint then rests until the device is taken off.
static void heard(struct usb_pipe *pipe, const struct xhci_trb *event)
{
    uint32_t code = xhci_trb_code(event), left = xhci_trb_left(event);

    if (code != XHCI_CODE_SUCCESS && code != XHCI_CODE_SHORT_PACKET) {
        pipe->is_halted = true;
        return;
    }
    pipe->heard(pipe->device, usb_memory_pointer(pipe->device, heard_offset(pipe)),
                left <= pipe->packet ? pipe->packet - left : 0);
    ask(pipe);
}

bool usb_device_take(struct usb_device *device, const struct xhci_trb *event)
{
    if (xhci_trb_slot(event) != device->slot)
        return false;
    if (xhci_ring_take(device->control, event))
        return true;
    for (uint32_t i = 0; i < USB_PIPE_COUNT; i++) {
        struct usb_pipe *pipe = &device->pipes[i];
        if (!pipe->index || !xhci_ring_take(&pipe->ring, event))
            continue;
        if (pipe->heard)
            heard(pipe, event);
        return true;
    }
    return false;
}
