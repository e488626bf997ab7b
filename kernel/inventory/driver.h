// What a device driver offers the core. A driver is one constant record; kernel/main.c lists them.
#ifndef KERNEL_INVENTORY_DRIVER_H
#define KERNEL_INVENTORY_DRIVER_H

#include "kernel/inventory/device.h"

struct output;

// A register that sends a message.
struct driver_doorbell {
    void *address;
    uint32_t value;
};

// What a device says of the shots of one message by its own numbering of commands, since it was started.
struct driver_answers {
    uint64_t shots;  // answered, one by one
    uint64_t strays; // answers that belong to no shot, or say that it failed
};

// All run at PASSIVE. Any pointer but name, matches and start may be NULL.
struct driver {
    const char *name;

    bool (*matches)(const struct device *device);

    // Quiets the device, connects its messages, brings it up. On failure the device is left quiet and unconnected.
    enum result (*start)(struct device *device);

    // Provokes exactly one message `index` in hardware; the service routine takes it like any other.
    // RESULT_UNSUPPORTED with a logged reason when this message cannot be provoked.
    enum result (*fire)(struct device *device, uint32_t index);

    // The one store that `fire` makes for this message, where it is no more than that: it may then be called at any
    // IRQL, from a service routine, too. False: not this message. NULL: none.
    bool (*doorbell)(const struct device *device, uint32_t index, struct driver_doorbell *doorbell);

    // The device sends nothing that it was not asked for: with nothing in flight its messages may be disconnected and
    // connected again, and the driver notices nothing.
    bool rests;

    // Can `fire` provoke this message? `deliveries` is how many arrivals one shot has by the device's own design.
    // NULL: every message, and each shot arrives once.
    bool (*can_fire)(const struct device *device, uint32_t index, uint32_t *deliveries);

    // NULL where a shot has no answer but the message itself.
    struct driver_answers (*answers)(const struct device *device, uint32_t index);

    // Makes the device assert its interrupt line, or stop asserting it, and reads back, so that either has happened
    // when it returns. Before `start`, too: decodes and maps what it needs. Whether the line may leave is the caller's.
    enum result (*assert_line)(struct device *device, bool on);

    // Exercises the device end to end by interrupts. Reports each finding as one line; must end within its own bound.
    // RESULT_UNSUPPORTED with the reason as a line: nothing could be tried, and nothing is wrong.
    enum result (*selftest)(struct device *device, struct output *out);

    // Reads one 4 KiB block. Storage is never written.
    enum result (*read_block)(struct device *device, uint64_t block, void *buffer);
};

enum { DRIVER_BLOCK_SIZE = 4096 };

#endif
