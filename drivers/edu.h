// QEMU's educational device (specs/edu): one MSI, raised by a register or by the end of a factorial.
#ifndef DRIVERS_EDU_H
#define DRIVERS_EDU_H

#include "kernel/inventory/driver.h"

// Message 0 is fired through the raise register; one write is one arrival. A shot that is not yet acknowledged does not
// hold back the next.
extern const struct driver edu_driver;

#endif
