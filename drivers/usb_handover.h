// Takes USB controllers over from the firmware, with or without a driver.
#ifndef DRIVERS_USB_HANDOVER_H
#define DRIVERS_USB_HANDOVER_H

#include "kernel/inventory/device.h"

// Takes a controller of class 0x0c03 by the protocol of its kind: xHCI (specification 1.2, 4.22.1), EHCI (1.0, 5.1),
// OHCI (1.0a, 5.1.1.3.3), UHCI (legacy support register of the PIIX3 and after); a firmware that holds it is recorded
// as "usb_legacy". Waits at most 1 s, then takes it anyway, logged. A controller with memory decode off at it or above,
// or whose registers overlap something else, is left alone: the firmware cannot be using it. Before functions are
// quieted. PASSIVE, boot.
void usb_handover(struct device *device);

#endif
