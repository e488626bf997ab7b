// The search for functions: every bus of every segment, since no other table lists extra root buses.
#ifndef DRIVERS_PCI_PCI_SCAN_H
#define DRIVERS_PCI_PCI_SCAN_H

#include "kernel/lib/result.h"

// Finds all functions, brings each to D0, and takes them over as pci_takeover.h says: afterwards they are in the
// inventory, quiet, with BARs and message sources. Below root and downstream ports only device 0 is looked at, or with
// alternative routing IDs whatever function names the next. Logged: functions not ready within 1 s or without a
// function 0, bridges with invalid bus numbers. RESULT_NO_MEMORY. PASSIVE, boot CPU, once, after pci_config_add_ecam()
// and all claims, before any driver.
MUST_USE enum result pci_scan_all(void);

#endif
