// A USB device behind an xHCI controller: from a port to an address, and its end.

#include "drivers/command_overdue.h"
#include "drivers/usb/usb_memory.h"
#include "kernel/runtime/heap.h"

enum {
    SPEED_FULL = 1,
    SPEED_LOW = 2,
    SPEED_HIGH = 3,
    FIRST_READ = 8, // of a device descriptor: up to the packet size
    ROUTE_BITS = 4,
};
#define ADDRESS_RECOVERY WAIT_MILLISECONDS(2) // USB 2.0, 9.2.6.3

static uint64_t *directory_of(const struct usb_device *device)
{
    uint64_t *directory = xhci_memory_pointer(&device->controller->memory, XHCI_MEMORY_DIRECTORY);

    return &directory[device->slot];
}

// A full or low speed device behind a high speed hub is reached by that hub's transaction translator (6.2.2).
static void place_fill(struct usb_device *device, uint32_t speed)
{
    const struct usb_device *hub = device->hub;

    device->place = (struct xhci_place){
        .port = hub ? hub->place.port : device->port,
        .speed = speed,
        .transfers = device->own_control.base,
    };
    if (!hub)
        return;
    device->depth = hub->depth + 1;
    device->place.route = hub->place.route | device->port << ROUTE_BITS * hub->depth;
    bool is_slow = speed == SPEED_FULL || speed == SPEED_LOW;
    if (is_slow && hub->place.speed == SPEED_HIGH) {
        device->place.tt_slot = hub->slot;
        device->place.tt_port = device->port;
    } else if (is_slow) {
        device->place.tt_slot = hub->place.tt_slot;
        device->place.tt_port = hub->place.tt_port;
    }
}

static enum result allocate(struct xhci_controller *controller, struct usb_device **created)
{
    struct usb_device *device = heap_allocate(sizeof(*device));

    if (!device)
        return RESULT_NO_MEMORY;
    *device = (struct usb_device){.controller = controller};
    enum result result = page_allocate(USB_MEMORY_PAGES, controller->address_limit, &device->memory);
    if (result != RESULT_OK) {
        heap_free(device);
        return result;
    }
    device->control = &device->own_control;
    xhci_ring_start(device->control, usb_memory_pointer(device, USB_MEMORY_CONTROL),
                    usb_memory_physical(device, USB_MEMORY_CONTROL), XHCI_STATUS_STAGES);
    *created = device;
    return RESULT_OK;
}

static enum result enable_slot(struct usb_device *device)
{
    struct xhci_trb enable = xhci_trb_enable_slot();
    enum result result = xhci_controller_command(device->controller, &enable, &device->slot);

    if (result != RESULT_OK)
        return result;
    if (device->slot == 0 || device->slot > device->controller->slot_count)
        return RESULT_OUT_OF_BOUNDS;
    *directory_of(device) = usb_memory_physical(device, USB_MEMORY_CONTEXT).address;
    return RESULT_OK;
}

static enum result give_address(struct usb_device *device)
{
    xhci_context_fill(usb_memory_input(device), device->controller->context_stride, &device->place);
    enum result result = usb_input_command(device, XHCI_TRB_ADDRESS_DEVICE);
    wait_pause(ADDRESS_RECOVERY);
    return result;
}

// The packet size of a full speed device is known only after its first eight bytes, which fit into the least one.
static enum result learn_packet_size(struct usb_device *device)
{
    uint8_t bytes[FIRST_READ];
    struct usb_request request = {USB_IN_DEVICE, USB_GET_DESCRIPTOR, USB_DEVICE << 8, 0, FIRST_READ};

    if (device->place.speed != SPEED_FULL)
        return RESULT_OK;
    enum result result = usb_request(device, request, bytes);
    if (result != RESULT_OK)
        return result;
    uint8_t packet = bytes[FIRST_READ - 1];
    if (packet != 8 && packet != 16 && packet != 32 && packet != 64)
        return RESULT_INVALID;
    xhci_context_fill_packet_size(usb_memory_input(device), device->controller->context_stride, packet);
    return packet == 8 ? RESULT_OK : usb_input_command(device, XHCI_TRB_EVALUATE_CONTEXT);
}

static enum result learn_facts(struct usb_device *device)
{
    uint8_t bytes[USB_DEVICE_LENGTH];
    struct usb_request request = {USB_IN_DEVICE, USB_GET_DESCRIPTOR, USB_DEVICE << 8, 0, sizeof(bytes)};
    enum result result = usb_request(device, request, bytes);

    if (result != RESULT_OK)
        return result;
    return usb_device_facts_read(bytes, sizeof(bytes), &device->facts) ? RESULT_OK : RESULT_INVALID;
}

// The device must be in its controller's list before it answers, or else its events find nobody.
static void list(struct usb_device *device)
{
    device->next = device->controller->devices;
    __atomic_store_n(&device->controller->devices, device, __ATOMIC_RELEASE);
}

// A service routine may be walking the list, so the record keeps its link.
static void unlist(struct usb_device *device)
{
    struct usb_device **link = &device->controller->devices;

    while (*link && *link != device)
        link = &(*link)->next;
    if (*link)
        __atomic_store_n(link, device->next, __ATOMIC_RELEASE);
}

static bool is_between_events(void *context)
{
    const struct xhci_controller *controller = context;

    return gate_asked(&((struct xhci_controller *)controller)->interrupters[controller->device_interrupter].gate) == 0;
}

// Only when no service routine can hold the record any more; else its memory is never used again.
static void release(struct usb_device *device)
{
    if (wait_until(is_between_events, device->controller, COMMAND_BOUND) != RESULT_OK)
        return;
    page_free(device->memory, USB_MEMORY_PAGES);
    heap_free(device);
}

enum result usb_device_create(struct xhci_controller *controller, struct usb_device *hub, uint32_t port, uint32_t speed,
                              struct usb_device **created)
{
    struct usb_device *device;
    enum result result = allocate(controller, &device);

    if (result != RESULT_OK)
        return result;
    device->hub = hub;
    device->port = port;
    place_fill(device, speed);
    list(device);
    result = enable_slot(device);
    if (result == RESULT_OK)
        result = give_address(device);
    if (result == RESULT_OK)
        result = learn_packet_size(device);
    if (result == RESULT_OK)
        result = learn_facts(device);
    if (result != RESULT_OK) {
        usb_device_destroy(device);
        return result;
    }
    *created = device;
    return RESULT_OK;
}

enum result usb_device_adopt(struct xhci_controller *controller, uint32_t speed, struct usb_device **created)
{
    struct usb_device *device;
    enum result result = allocate(controller, &device);

    if (result != RESULT_OK)
        return result;
    device->port = controller->port;
    place_fill(device, speed);
    device->slot = controller->slot;
    device->control = &controller->transfers;
    device->is_shared = true;
    list(device);
    result = learn_packet_size(device);
    if (result == RESULT_OK)
        result = learn_facts(device);
    if (result != RESULT_OK) {
        unlist(device);
        release(device);
        return result;
    }
    *created = device;
    return RESULT_OK;
}

// After the command no event of the slot comes; those before it are taken first.
void usb_device_destroy(struct usb_device *device)
{
    struct xhci_controller *controller = device->controller;
    enum result result = RESULT_OK;

    if (device->is_shared)
        controller->slot = 0; // it can be fired no more
    if (device->slot && device->slot <= controller->slot_count) {
        result = usb_command(device, xhci_trb_slot_command(XHCI_TRB_DISABLE_SLOT, device->slot, 0));
        if (result == RESULT_OK)
            *directory_of(device) = 0;
    }
    (void)xhci_controller_serve(controller, controller->device_interrupter);
    unlist(device);
    if (result != RESULT_OK)
        return; // the controller may still use its memory
    release(device);
}
