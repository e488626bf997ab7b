// Asking the firmware for the USB controllers it still works with, whether anybody drives them or not.
#ifndef DRIVERS_USB_HANDOVER_H
#define DRIVERS_USB_HANDOVER_H

#include "kernel/inventory/device.h"

// Takes a controller of class 0x0c03 by the protocol of its kind: xHCI (specification 1.2, 4.22.1), EHCI (1.0, 5.1),
// OHCI (1.0a, 5.1.1.3.3), UHCI (legacy support register of the PIIX3 and after); a firmware that holds it is recorded
// as "usb_legacy". Waits a second at most and takes it all the same then, logged. A controller whose registers nobody
// can reach, memory decode being off at it or above, or that lie over something else, is left alone: the firmware
// cannot be at work with it. Before anything is quieted. PASSIVE, boot.
void usb_handover(struct device *device);

#endif
