// High Definition Audio controllers (specification 1.0a), for the sake of their message: no stream runs, nothing
// sounds.
#ifndef DRIVERS_HDA_HDA_H
#define DRIVERS_HDA_HDA_H

#include "kernel/inventory/driver.h"

// One message, by MSI or the line. A shot asks the first codec for its vendor, and the answer interrupts. Without a
// codec the message cannot be fired.
extern const struct driver hda_driver;

#endif
