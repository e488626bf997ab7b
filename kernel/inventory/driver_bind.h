// Binds drivers to functions, and routes the functions without a driver.
#ifndef KERNEL_INVENTORY_DRIVER_BIND_H
#define KERNEL_INVENTORY_DRIVER_BIND_H

#include "kernel/inventory/driver.h"

// Starts the first matching driver of the NULL-terminated list for every function found. For a function without usable
// messages the line is measured first (kernel/inventory/line_route.h). `disabled_kinds` as in struct irq_options. A
// driver that fails is logged; its function remains without driver. PASSIVE, boot CPU.
void driver_bind_all(const struct driver *const *drivers, uint32_t disabled_kinds);

// Routes every function with messages and no driver: as many messages as it has, at most one per online CPU; programmed
// and masked, with a routine that only counts, bus master off. The routing map is then complete on any machine.
void driver_bind_unclaimed(void);

#endif
