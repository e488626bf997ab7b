// All device drivers.
#ifndef DRIVERS_DRIVER_LIST_H
#define DRIVERS_DRIVER_LIST_H

#include "kernel/inventory/driver.h"

// The first that matches a function gets it; the last entry is NULL.
extern const struct driver *const driver_list[];

#endif
