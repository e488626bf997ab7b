// What the self-tests of the drivers share: firing a message and counting its arrivals.
#ifndef DRIVERS_EXERCISE_H
#define DRIVERS_EXERCISE_H

#include "kernel/inventory/device.h"
#include "kernel/lib/output.h"

// Interrupts that message `index` of the device has caused; 0 when it is not connected. PASSIVE.
uint64_t exercise_count(const struct device *device, uint32_t index);

// Waits until the message has been counted `target` times or `nanoseconds` are over. PASSIVE.
MUST_USE enum result exercise_await(const struct device *device, uint32_t index, uint64_t target, uint64_t nanoseconds);

// Fires message `index` `shots` times through the device's own driver, each when the one before has arrived, and wants
// exactly as many arrivals as the driver declares, no more and no fewer. A mismatch is one line in `out` and
// RESULT_FAILED. PASSIVE.
MUST_USE enum result exercise_message(struct device *device, uint32_t index, uint32_t shots, struct output *out);

// The same for every message of a connected device that can be fired; *fired counts them. RESULT_UNSUPPORTED, and a
// line in `out`, when none can.
MUST_USE enum result exercise_all(struct device *device, uint32_t shots, struct output *out, uint32_t *fired);

#endif
