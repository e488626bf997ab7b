// The one USB device whose answers reach interrupters other than 0: it gets an address and is asked for its status,
// nothing else (xHCI specification 1.2, 4.3; USB 2.0, 9.4.5). PASSIVE.
#ifndef DRIVERS_XHCI_XHCI_DEVICE_H
#define DRIVERS_XHCI_XHCI_DEVICE_H

#include "drivers/xhci/xhci_controller.h"

// Looks for a device at the ports of a controller that runs, and addresses the first that lets itself be addressed: its
// port alone is reset. RESULT_NOT_FOUND when there is none: the controller works all the same.
MUST_USE enum result xhci_device_attach(struct xhci_controller *controller);

// NULL while the device can be asked; else why not.
const char *xhci_device_refusal(const struct xhci_controller *controller);

// Asks it for its status, the end of which is one event on `interrupter`. Not waited for. RESULT_BUSY when too many are
// in flight.
MUST_USE enum result xhci_device_shoot(struct xhci_controller *controller, uint32_t interrupter);

#endif
