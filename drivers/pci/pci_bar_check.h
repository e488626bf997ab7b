// Conflicts between base address registers and all other claimed addresses.
#ifndef DRIVERS_PCI_PCI_BAR_CHECK_H
#define DRIVERS_PCI_PCI_BAR_CHECK_H

#include "kernel/inventory/device.h"

// Claims the BARs of all functions, memory and I/O, and refuses those that share an address with memory, with registers
// or ports of the chipset or with another BAR, or memory BARs that lie outside the windows of a bridge above:
// bar.refusal, a log line with both owners, a finding "bar_conflict" or "bar_outside_window". Of two BARs only the one
// that its function does not decode is refused, otherwise both. A function of the system's own class may show the
// IOAPIC's or HPET's registers by a BAR. RESULT_NO_MEMORY. PASSIVE, boot, when all BARs are read and the functions
// quiet.
MUST_USE enum result pci_bar_check_all(void);

#endif
