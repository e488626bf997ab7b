// The search for functions: every bus of every segment, since extra root buses are named nowhere but there.
#ifndef DRIVERS_PCI_PCI_SCAN_H
#define DRIVERS_PCI_PCI_SCAN_H

#include "kernel/lib/result.h"

// Finds all functions, brings each to D0, and takes them over as pci_takeover.h says: afterwards they are in the
// inventory, quiet, with BARs and message sources. Below root and downstream ports only device 0 is looked at, or with
// alternative routing IDs whatever function names the next. Named: functions that are not ready within a second or have
// no function 0, bridges whose bus numbers make no sense. RESULT_NO_MEMORY. PASSIVE, boot CPU, once, after
// pci_config_add_ecam() and all claims, before any driver.
MUST_USE enum result pci_scan_all(void);

#endif
