// Waiting for a command that a controller ends with an interrupt.
#ifndef DRIVERS_COMMAND_WAIT_H
#define DRIVERS_COMMAND_WAIT_H

#include "kernel/core/wait.h"
#include "kernel/inventory/device.h"

struct command_wait {
    const char *driver;
    const struct device *device;
    uint32_t message; // that comes when the command ends
    bool (*is_done)(void *queue, uint32_t slot);
    void (*serve)(void *queue); // what the message's routine does
    void *queue;
    uint32_t slot;
};

// RESULT_OK: the message's routine has seen the command end. Otherwise two seconds have passed, and the queue was
// served once without it. RESULT_MISMATCH: the command had ended, the message was lost or is masked; logged.
// RESULT_TIMEOUT: the controller still owns the command's memory and must be stopped. PASSIVE, interrupts on.
MUST_USE enum result command_await(struct command_wait *wait);

#endif
