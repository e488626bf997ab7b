// The controller's interrupt line before the driver is started: kernel/inventory/line_route.h measures where it
// arrives. PASSIVE.
#ifndef DRIVERS_XHCI_XHCI_LINE_H
#define DRIVERS_XHCI_XHCI_LINE_H

#include "kernel/inventory/device.h"

// assert_line of a driver: a No-Op command asserts the line, its event being taken deasserts it. The first call brings
// the controller up with one interrupter.
MUST_USE enum result xhci_line_assert(struct device *device, bool on);

// Ends what xhci_line_assert() began, if anything: the controller is halted and its memory freed.
void xhci_line_end(struct device *device);

#endif
