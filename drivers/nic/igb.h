// Intel gigabit controllers with extended interrupt causes, for the sake of their messages: no packet moves. 82576
// (datasheet rev. 2.65, 7.3), 82580, I350, I354, I210, I211 and their successors I225, I226 with the same registers.
#ifndef DRIVERS_NIC_IGB_H
#define DRIVERS_NIC_IGB_H

#include "kernel/inventory/driver.h"

// Connects as many messages as the table has, ten at most. By MSI-X one store to the extended cause set register fires
// each; by MSI or the line there is one message, fired through the ordinary cause registers.
extern const struct driver igb_driver;

#endif
