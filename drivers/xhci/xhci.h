// USB host controllers with the xHCI interface, for the sake of their messages: one interrupter each, nothing is
// configured. The one user of multi-message MSI blocks.
#ifndef DRIVERS_XHCI_XHCI_H
#define DRIVERS_XHCI_XHCI_H

#include "kernel/inventory/driver.h"

// Message 0 is fired by a No-Op command. Only transfers reach other interrupters, so the other messages can be fired
// while a USB device is attached: the driver addresses it and sends GET_STATUS.
extern const struct driver xhci_driver;

#endif
