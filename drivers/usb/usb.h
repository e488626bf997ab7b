// USB devices: which are plugged in where, and who drives them. PASSIVE, boot CPU.
#ifndef DRIVERS_USB_USB_H
#define DRIVERS_USB_USB_H

#include "drivers/usb/usb_device.h"

// Finds the devices at the ports of a controller that runs, and from then on those that are plugged in: whenever the
// console waits for input, ports that changed are looked at. Devices speak by the controller's last message.
void usb_start(struct xhci_controller *controller);

// A device at an enabled port: gives it an address, and to the class that wants it. Failures are logged.
void usb_attach(struct xhci_controller *controller, struct usb_device *hub, uint32_t port, uint32_t speed);

// Takes a device off, and all that hang on it.
void usb_detach(struct usb_device *device);

// The device at a hub's port; `hub` NULL: the root hub. NULL: none.
struct usb_device *usb_find(const struct xhci_controller *controller, const struct usb_device *hub, uint32_t port);

// "0000:00:04.0 port 1.3": the controller and the ports on the way.
enum { USB_NAME_TEXT = 48 };
char *usb_name(const struct usb_device *device, char text[USB_NAME_TEXT]);

extern const struct usb_class usb_keyboard, usb_hub, usb_storage_class;

// A hub's ports are looked at after it said that something changed.
bool usb_hub_is_due(const struct usb_device *device);
void usb_hub_work(struct usb_device *device);

#endif
