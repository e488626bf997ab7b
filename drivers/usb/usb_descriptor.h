// Descriptors of a USB device (USB 2.0, 9.6) and the requests that this kernel makes (9.4, HID 1.11 section 7.2,
// USB 2.0 section 11.24.2). Pure.
#ifndef DRIVERS_USB_USB_DESCRIPTOR_H
#define DRIVERS_USB_USB_DESCRIPTOR_H

#include "kernel/lib/types.h"

enum usb_descriptor_type { USB_DEVICE = 1, USB_CONFIGURATION = 2, USB_INTERFACE = 4, USB_ENDPOINT = 5, USB_HUB = 0x29 };
enum { USB_DEVICE_LENGTH = 18, USB_CONFIGURATION_LENGTH = 9, USB_HUB_LENGTH = 8, USB_ENDPOINT_LIMIT = 4 };

struct usb_device_facts {
    uint16_t vendor, product;
    uint8_t control_packet; // bytes, or their power of two at SuperSpeed
};

struct usb_endpoint {
    uint8_t address; // bit 7: IN
    uint8_t type;    // 0 control, 1 isochronous, 2 bulk, 3 interrupt
    uint8_t interval;
    uint16_t packet; // bytes at most
};

struct usb_interface {
    uint8_t number;
    uint8_t class, subclass, protocol;
    uint8_t endpoint_count; // at most USB_ENDPOINT_LIMIT; others are left out
    struct usb_endpoint endpoints[USB_ENDPOINT_LIMIT];
};

// The fields of a device descriptor; false when it is none.
bool usb_device_facts_read(const uint8_t *bytes, uint32_t length, struct usb_device_facts *facts);

// Total length and value of a configuration, from its first nine bytes; false when it is none.
bool usb_configuration_read(const uint8_t *bytes, uint32_t length, uint32_t *total, uint8_t *value);

// Walks a configuration's interfaces, those of alternate setting 0. *at is 0 at first; false after the last. A
// descriptor that is shorter than its type needs or reaches beyond the end ends the walk.
bool usb_interface_next(const uint8_t *bytes, uint32_t length, uint32_t *at, struct usb_interface *interface);

// The endpoint of a type and direction; NULL: none.
const struct usb_endpoint *usb_endpoint_find(const struct usb_interface *interface, uint8_t type, bool is_in);

// The eight bytes of a request, as the device reads them from the lowest on.
struct usb_request {
    uint8_t type; // bit 7: device to host
    uint8_t request;
    uint16_t value, index, length;
};
uint64_t usb_request_bytes(struct usb_request request);

enum usb_request_type {
    USB_OUT_DEVICE = 0x00,
    USB_OUT_ENDPOINT = 0x02,
    USB_OUT_CLASS_DEVICE = 0x20,
    USB_OUT_CLASS_INTERFACE = 0x21,
    USB_OUT_CLASS_PORT = 0x23,
    USB_OUT_VENDOR = 0x40,
    USB_IN_DEVICE = 0x80,
    USB_IN_CLASS_DEVICE = 0xa0,
    USB_IN_CLASS_INTERFACE = 0xa1,
    USB_IN_CLASS_PORT = 0xa3,
};

enum {
    USB_GET_STATUS = 0,
    USB_CLEAR_FEATURE = 1,
    USB_SET_FEATURE = 3,
    USB_GET_DESCRIPTOR = 6,
    USB_SET_CONFIGURATION = 9,
    USB_HID_SET_REPORT = 9,
    USB_HID_SET_IDLE = 10,
    USB_HID_SET_PROTOCOL = 11,
};

#endif
