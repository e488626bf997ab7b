// The search for functions: every bus of every segment, since extra root buses are named nowhere but there.
#ifndef DRIVERS_PCI_PCI_SCAN_H
#define DRIVERS_PCI_PCI_SCAN_H

#include "kernel/lib/types.h"

// Finds all functions, records what the firmware left on in them and quiets it, sizes their BARs, and adds each to the
// inventory with its message sources. PASSIVE, boot CPU, once, after pci_config_add_ecam() and before any driver.
void pci_scan_all(void);

#endif
