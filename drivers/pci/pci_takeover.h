// Taking the functions that were found over from the firmware.
#ifndef DRIVERS_PCI_PCI_TAKEOVER_H
#define DRIVERS_PCI_PCI_TAKEOVER_H

#include "kernel/lib/result.h"

// For all functions in the inventory, step by step: what firmware left on is recorded; USB controllers are requested
// from it; endpoints, then bridges, are quieted; BARs are sized and checked; message sources attached. A function that
// disappears meanwhile is removed from the inventory, logged. RESULT_NO_MEMORY. PASSIVE, boot CPU, once.
MUST_USE enum result pci_takeover_all(void);

#endif
