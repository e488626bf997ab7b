// A device's memory, which controller and driver share, and the commands about its slot. For usb_device.c and
// usb_transfer.c.
#ifndef DRIVERS_USB_USB_MEMORY_H
#define DRIVERS_USB_USB_MEMORY_H

#include "drivers/usb/usb_device.h"

// Byte offsets. Rings of 1 KiB keep the alignment and boundary rules of the xHCI specification 1.2, table 6-1.
enum {
    USB_MEMORY_CONTEXT = 0x0000, // 32 contexts of up to 64 bytes
    USB_MEMORY_CONTROL = 0x0800, // endpoint 0's ring
    USB_MEMORY_REQUEST = 0x0c00, // a request's data
    USB_MEMORY_PIPES = 0x1000,   // rings
    USB_MEMORY_HEARD = 0x1800,   // what endpoints that are listened to give
    USB_MEMORY_DATA = 0x2000,
    USB_MEMORY_PAGES = 3,
};

static inline struct physical usb_memory_physical(const struct usb_device *device, uint32_t offset)
{
    return (struct physical){device->memory.address + offset};
}

static inline void *usb_memory_pointer(const struct usb_device *device, uint32_t offset)
{
    return page_pointer(usb_memory_physical(device, offset));
}

// The controller's one input context.
static inline uint32_t *usb_memory_input(const struct usb_device *device)
{
    return xhci_memory_pointer(&device->controller->memory, XHCI_MEMORY_INPUT);
}

MUST_USE static inline enum result usb_command(struct usb_device *device, struct xhci_trb trb)
{
    uint32_t ignored;

    return xhci_controller_command(device->controller, &trb, &ignored);
}

// A command about the slot with the input context.
MUST_USE static inline enum result usb_input_command(struct usb_device *device, enum xhci_trb_type type)
{
    struct physical input = xhci_memory_physical(&device->controller->memory, XHCI_MEMORY_INPUT);

    return usb_command(device, xhci_trb_slot_command(type, device->slot, input.address));
}

#endif
