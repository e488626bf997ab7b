// Descriptors of a USB device, and requests.

#include "drivers/usb/usb_descriptor.h"

enum { HEADER = 2, INTERFACE_LENGTH = 9, ENDPOINT_LENGTH = 7 };

static uint16_t read16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

bool usb_device_facts_read(const uint8_t *bytes, uint32_t length, struct usb_device_facts *facts)
{
    if (length < USB_DEVICE_LENGTH || bytes[0] < USB_DEVICE_LENGTH || bytes[1] != USB_DEVICE)
        return false;
    *facts = (struct usb_device_facts){
        .vendor = read16(bytes + 8),
        .product = read16(bytes + 10),
        .control_packet = bytes[7],
    };
    return true;
}

bool usb_configuration_read(const uint8_t *bytes, uint32_t length, uint32_t *total, uint8_t *value)
{
    if (length < USB_CONFIGURATION_LENGTH || bytes[0] < USB_CONFIGURATION_LENGTH || bytes[1] != USB_CONFIGURATION)
        return false;
    *total = read16(bytes + 2);
    *value = bytes[5];
    return *total >= USB_CONFIGURATION_LENGTH;
}

// The descriptor at `at` lies inside, and is no shorter than its header.
static bool is_whole(const uint8_t *bytes, uint32_t length, uint32_t at)
{
    return at + HEADER <= length && bytes[at] >= HEADER && bytes[at] <= length - at;
}

static void add_endpoint(const uint8_t *bytes, struct usb_interface *interface)
{
    if (bytes[0] < ENDPOINT_LENGTH || interface->endpoint_count == USB_ENDPOINT_LIMIT || !(bytes[2] & 0xf))
        return;
    interface->endpoints[interface->endpoint_count++] = (struct usb_endpoint){
        .address = bytes[2] & 0x8f,
        .type = bytes[3] & 3,
        .packet = read16(bytes + 4) & 0x7ff,
        .interval = bytes[6],
    };
}

static bool begins_interface(const uint8_t *bytes, struct usb_interface *interface)
{
    if (bytes[1] != USB_INTERFACE || bytes[0] < INTERFACE_LENGTH || bytes[3] != 0)
        return false;
    *interface = (struct usb_interface){
        .number = bytes[2],
        .class = bytes[5],
        .subclass = bytes[6],
        .protocol = bytes[7],
    };
    return true;
}

bool usb_interface_next(const uint8_t *bytes, uint32_t length, uint32_t *at, struct usb_interface *interface)
{
    while (is_whole(bytes, length, *at) && !begins_interface(bytes + *at, interface))
        *at += bytes[*at];
    if (!is_whole(bytes, length, *at))
        return false;
    for (*at += bytes[*at]; is_whole(bytes, length, *at) && bytes[*at + 1] != USB_INTERFACE; *at += bytes[*at])
        if (bytes[*at + 1] == USB_ENDPOINT)
            add_endpoint(bytes + *at, interface);
    return true;
}

const struct usb_endpoint *usb_endpoint_find(const struct usb_interface *interface, uint8_t type, bool is_in)
{
    for (uint32_t i = 0; i < interface->endpoint_count; i++)
        if (interface->endpoints[i].type == type && !!(interface->endpoints[i].address & 0x80) == is_in)
            return &interface->endpoints[i];
    return NULL;
}

uint64_t usb_request_bytes(struct usb_request request)
{
    return request.type | (uint64_t)request.request << 8 | (uint64_t)request.value << 16 |
           (uint64_t)request.index << 32 | (uint64_t)request.length << 48;
}
