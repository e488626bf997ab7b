// SATA controllers with the AHCI interface (AHCI 1.3.1), for the sake of their message: no data moves, nothing is read
// or written.
#ifndef DRIVERS_AHCI_AHCI_H
#define DRIVERS_AHCI_AHCI_H

#include "kernel/inventory/driver.h"

// One message, by MSI or the line. A shot asks the first drive that answers for its power mode (ATA CHECK POWER MODE),
// which changes nothing and wakes no drive. Without one the message cannot be fired.
extern const struct driver ahci_driver;

#endif
