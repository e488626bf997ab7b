// Intel gigabit controllers with one message: I217 to I219 and their predecessors on the mainboard, 82545EM and 82583V.
// For the sake of that message: no packet moves.
#ifndef DRIVERS_NIC_E1000_H
#define DRIVERS_NIC_E1000_H

#include "kernel/inventory/driver.h"

// MSI, or the line where there is none; fired through the cause set register. The controller is not reset: on the
// mainboard it shares its PHY with the management engine.
extern const struct driver e1000_driver;

#endif
