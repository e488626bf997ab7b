// Taking the controller from the firmware (xHCI specification 1.2, 4.22.1 and 7.1).
#ifndef DRIVERS_XHCI_XHCI_HANDOFF_H
#define DRIVERS_XHCI_XHCI_HANDOFF_H

#include "kernel/lib/result.h"

// Asks the firmware for the controller, if it has such a capability, and turns off its system management interrupts.
// `registers` is BAR 0, `size` its bytes, `first` the byte offset of the first extended capability (0: none). *was_held
// says whether the firmware had it.
// RESULT_OK; RESULT_TIMEOUT when the firmware did not let go within a second (taken all the same, logged by the
// caller); RESULT_OUT_OF_BOUNDS or RESULT_LOOP when the list is broken. PASSIVE.
MUST_USE enum result xhci_handoff(volatile uint8_t *registers, uint64_t size, uint32_t first, bool *was_held);

#endif
