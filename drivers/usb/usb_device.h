// A USB device behind an xHCI controller: its slot, its requests, its endpoints (xHCI specification 1.2, 4.3 and 4.6).
// PASSIVE on the boot CPU, except where it says otherwise.
#ifndef DRIVERS_USB_USB_DEVICE_H
#define DRIVERS_USB_USB_DEVICE_H

#include "drivers/usb/usb_descriptor.h"
#include "drivers/xhci/xhci_context.h"
#include "drivers/xhci/xhci_controller.h"

enum {
    USB_PIPE_COUNT = 2,
    USB_CONTROL_LENGTH = 1024, // of a request's data, at most
    USB_PIPE_BUFFER = 512,     // of an endpoint that is listened to
    USB_DATA_LENGTH = 4096,    // of one bulk transfer
};

struct usb_class;
struct usb_device;

// An endpoint other than 0.
struct usb_pipe {
    struct usb_device *device;
    struct xhci_ring ring;
    uint32_t index; // of its context, 0: not open
    uint8_t address;
    uint16_t packet;
    bool is_halted; // a transfer failed; set at any IRQL
    // What came in, for usb_pipe_listen(). At the message's IRQL. NULL: not listened to.
    void (*heard)(struct usb_device *device, const uint8_t *bytes, uint32_t length);
};

struct usb_device {
    struct usb_device *next; // of all devices of the controller
    struct usb_device *hub;  // the hub it hangs on; NULL: the root hub
    struct xhci_controller *controller;
    struct xhci_place place;
    uint32_t port;  // of its hub, from 1
    uint32_t depth; // hubs between it and the root hub
    uint32_t slot;
    bool is_lost;   // a request was never answered: nothing more is asked of it
    bool is_shared; // endpoint 0 and slot context are those of drivers/xhci/xhci_device.h
    struct physical memory;
    struct xhci_ring own_control;
    struct xhci_ring *control;
    struct usb_pipe pipes[USB_PIPE_COUNT];
    struct usb_device_facts facts;
    struct usb_interface interface; // that its class took
    uint8_t configuration;
    const struct usb_class *class; // NULL: nobody wants it
    void *state;                   // its class's
};

// What drives a kind of device.
struct usb_class {
    const char *name; // "keyboard"
    bool (*matches)(const struct usb_device *device, const struct usb_interface *interface);
    // The configuration is set.
    enum result (*attach)(struct usb_device *device);
    // The device is gone, no endpoint of it is served any more.
    void (*detach)(struct usb_device *device);
};

// Enables a slot, gives the device an address and reads its packet size. `hub` NULL: at the root hub, whose port was
// reset. RESULT_NO_MEMORY, RESULT_OUT_OF_BOUNDS (a slot that was not asked for), and as xhci_controller_command().
MUST_USE enum result usb_device_create(struct xhci_controller *controller, struct usb_device *hub, uint32_t port,
                                       uint32_t speed, struct usb_device **device);

// The device that drivers/xhci/xhci_device.h has addressed already. RESULT_NO_MEMORY.
MUST_USE enum result usb_device_adopt(struct xhci_controller *controller, uint32_t speed, struct usb_device **device);

// Disables the slot and frees the device. Memory that the controller may still write to is not freed.
void usb_device_destroy(struct usb_device *device);

// A request with its data, request.length bytes in the direction that request.type says. RESULT_FAILED: refused, or an
// error on the bus; RESULT_TIMEOUT: not answered within 2 s, the device is lost; RESULT_GONE: it was lost before.
MUST_USE enum result usb_request(struct usb_device *device, struct usb_request request, void *data);

// Opens endpoints of the interface, `count` of them, as pipes 0, 1, ...; with `hub_ports` the device is a hub.
MUST_USE enum result usb_pipes_open(struct usb_device *device, const struct usb_endpoint *const *endpoints,
                                    uint32_t count, uint32_t hub_ports);

// Asks the IN endpoint again and again and hands on what comes, until the device is gone.
MUST_USE enum result usb_pipe_listen(struct usb_pipe *pipe,
                                     void (*heard)(struct usb_device *device, const uint8_t *bytes, uint32_t length));

// One transfer of up to USB_DATA_LENGTH bytes through usb_data(); *moved bytes were moved. RESULT_FAILED: the endpoint
// has stalled or failed, usb_pipe_clear() makes it usable again; else as usb_request().
MUST_USE enum result usb_pipe_transfer(struct usb_pipe *pipe, uint32_t length, uint32_t *moved);
void *usb_data(struct usb_device *device);

// After a failure: resets the endpoint here and, with `is_told`, at the device.
MUST_USE enum result usb_pipe_clear(struct usb_pipe *pipe, bool is_told);

// Takes a transfer event of this device; false: not its own. Any IRQL.
bool usb_device_take(struct usb_device *device, const struct xhci_trb *event);

#endif
