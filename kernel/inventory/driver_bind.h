// Which driver serves which function, and what becomes of functions nobody serves.
#ifndef KERNEL_INVENTORY_DRIVER_BIND_H
#define KERNEL_INVENTORY_DRIVER_BIND_H

#include "kernel/inventory/driver.h"

// Starts the first driver of the NULL-terminated list that matches, for every function found; of a function that has no
// messages it can use, the line is measured first (kernel/inventory/line_route.h). `disabled_kinds` as in struct
// irq_options. A driver that fails is logged and its function stays without. PASSIVE, boot CPU.
void driver_bind_all(const struct driver *const *drivers, uint32_t disabled_kinds);

// Routes every function that has messages and no driver: at least one message, at most one per online CPU, programmed,
// masked, with a routine that only counts, and without bus master, so that the map is complete on any machine.
void driver_bind_unclaimed(void);

#endif
