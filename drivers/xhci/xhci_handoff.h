// Taking the controller from the firmware (xHCI specification 1.2, 4.22.1 and 7.1).
#ifndef DRIVERS_XHCI_XHCI_HANDOFF_H
#define DRIVERS_XHCI_XHCI_HANDOFF_H

#include "kernel/lib/result.h"

// Requests the controller from the firmware by its USB Legacy Support capability, if it has one, and turns off its
// SMIs. `registers` is BAR 0, `size` its bytes, `first` the byte offset of the first extended capability (0: none).
// *was_held: the firmware had it. RESULT_OK; RESULT_TIMEOUT when the firmware did not release it within 1 s (taken
// anyway, logged by the caller); RESULT_OUT_OF_BOUNDS or RESULT_LOOP when the list is broken. PASSIVE.
MUST_USE enum result xhci_handoff(volatile uint8_t *registers, uint64_t size, uint32_t first, bool *was_held);

#endif
