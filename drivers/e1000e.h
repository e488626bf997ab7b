// Intel 82574L gigabit controller (82574 Family Datasheet, rev. 3.4), for the sake of its five messages: no packet
// moves.
#ifndef DRIVERS_E1000E_H
#define DRIVERS_E1000E_H

#include "kernel/inventory/driver.h"

// Messages 0 to 4 stand for receive queues 0 and 1, transmit queues 0 and 1, and all other causes; each is fired
// through the cause set register. With fewer messages the rest share message 0. One shot arrives once, also on models
// that repeat each message when its throttle timer runs out; start finds out which kind this is.
extern const struct driver e1000e_driver;

#endif
