// What a device driver offers. A driver is one constant record; drivers/driver_list.c lists them.
#ifndef KERNEL_INVENTORY_DRIVER_H
#define KERNEL_INVENTORY_DRIVER_H

#include "kernel/inventory/device.h"

struct output;

// A register: one store to it sends a message.
struct driver_doorbell {
    void *address;
    uint32_t value;
};

// A device's own count of the shots of one message, by its command numbers, since it was started.
struct driver_answers {
    uint64_t shots;  // answered, each exactly once
    uint64_t strays; // answers without a shot, or with an error
};

// All run at PASSIVE. Any pointer but name, matches and start may be NULL.
struct driver {
    const char *name;

    bool (*matches)(const struct device *device);

    // Quiets the device, connects its messages, brings it up. On failure the device is left quiet and unconnected.
    enum result (*start)(struct device *device);

    // Provokes exactly one message `index` in hardware; the service routine takes it like any other.
    // RESULT_UNSUPPORTED with a logged reason when this message cannot be provoked. RESULT_BUSY, not logged: nothing
    // was sent, because earlier shots are still in the device's queues or not served yet; the caller tries again. Never
    // waits for them.
    enum result (*fire)(struct device *device, uint32_t index);

    // The store that `fire` makes for this message, if a single store is all: it may then be made at any IRQL, also in
    // a service routine. False: not for this message. NULL: for none.
    bool (*doorbell)(const struct device *device, uint32_t index, struct driver_doorbell *doorbell);

    // For devices whose shot is some words in memory and one store: prepares a shot of this message and answers the
    // store that is missing. Each call is for one shot, whose store must be made before anything else is asked of the
    // driver. The device's own work for it lies between the store and the message. RESULT_BUSY as `fire`;
    // RESULT_UNSUPPORTED: not for this message, or not now. NULL: for none.
    enum result (*prepare)(struct device *device, uint32_t index, struct driver_doorbell *doorbell);

    // The device sends no message unasked: with nothing in flight its messages may be disconnected and connected again
    // without the driver.
    bool rests;

    // Can `fire` provoke this message? `deliveries`: arrivals per shot by the device's design. NULL: every message, one
    // arrival per shot.
    bool (*can_fire)(const struct device *device, uint32_t index, uint32_t *deliveries);

    // NULL: the device gives no answer beside the message.
    struct driver_answers (*answers)(const struct device *device, uint32_t index);

    // Makes the device assert or deassert its interrupt line and reads back, so that this has happened on return. Also
    // before `start`: decodes and maps what it needs, and may leave that in driver_state for `start` to end. The
    // interrupt disable bit is the caller's.
    enum result (*assert_line)(struct device *device, bool on);

    // Exercises the device end to end by interrupts. Writes one line per finding; must end within its own time limit.
    // RESULT_UNSUPPORTED with the reason as a line: nothing could be tried.
    enum result (*selftest)(struct device *device, struct output *out);

    // Reads one 4 KiB block. Storage is never written.
    enum result (*read_block)(struct device *device, uint64_t block, void *buffer);
};

enum { DRIVER_BLOCK_SIZE = 4096 };

#endif
