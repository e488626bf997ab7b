// QEMU's rocker switch, used as a message exerciser: 4 to 128 MSI-X messages, each fired by one register write.
#ifndef DRIVERS_ROCKER_H
#define DRIVERS_ROCKER_H

#include "kernel/inventory/driver.h"

// Connects every message the table has. All of them can be fired; one write is one arrival.
extern const struct driver rocker_driver;

#endif
