// The one USB device whose answers reach interrupters other than 0: it is addressed and sent GET_STATUS, nothing else
// (xHCI specification 1.2, 4.3; USB 2.0, 9.4.5). PASSIVE.
#ifndef DRIVERS_XHCI_XHCI_DEVICE_H
#define DRIVERS_XHCI_XHCI_DEVICE_H

#include "drivers/xhci/xhci_controller.h"

// Looks for a device at the ports of a controller that runs, and addresses the first that accepts an address; only its
// port is reset. RESULT_NOT_FOUND: no such device; the controller still works.
MUST_USE enum result xhci_device_attach(struct xhci_controller *controller);

// Resets a port unless its device has enabled it by training. RESULT_TIMEOUT: it does not become enabled within 1 s.
MUST_USE enum result xhci_device_enable_port(const struct xhci_controller *controller, uint32_t port);

// NULL while the device answers GET_STATUS, else why not.
const char *xhci_device_refusal(const struct xhci_controller *controller);

// Puts GET_STATUS into the ring, which ends in one event on `interrupter` once the doorbell of the device's slot is
// rung for its control endpoint. RESULT_BUSY when too many are in flight.
MUST_USE enum result xhci_device_put(struct xhci_controller *controller, uint32_t interrupter);

#endif
