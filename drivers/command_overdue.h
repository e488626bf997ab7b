// A command whose interrupt did not come within its bound.
#ifndef DRIVERS_COMMAND_OVERDUE_H
#define DRIVERS_COMMAND_OVERDUE_H

#include "kernel/core/wait.h"
#include "kernel/inventory/device.h"

#define COMMAND_BOUND WAIT_MILLISECONDS(2000)

// A driver's command operations; `command` is the driver's own.
struct command_kind {
    const char *driver;
    bool (*is_done)(void *command);
    void (*serve)(void *command); // what the message's routine does
};

// For a command that wait_until() gave up on after COMMAND_BOUND: serves its queue once without the message.
// RESULT_MISMATCH: the command had ended, its message was lost or is masked; logged. RESULT_TIMEOUT: the controller
// still owns the command's memory and must be stopped. PASSIVE.
MUST_USE enum result command_overdue(const struct command_kind *kind, const struct device *device, uint32_t message,
                                     void *command);

#endif
