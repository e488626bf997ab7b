// A device that fires a message at one store: edu's raise register (MSI), rocker's test register (MSI-X).
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include <linux/pci.h>

struct target {
    struct pci_dev *device;
    void __iomem *registers, *doorbell, *acknowledge; // `acknowledge`: NULL where nothing is to be acknowledged
    u32 value;                                        // for doorbell and acknowledge register
    int irq;
};

// Enables the device and its first message, and requests that for `handler`. An error is logged.
int target_open_edu(struct target *target, irq_handler_t handler, void *context);
int target_open_rocker(struct target *target, irq_handler_t handler, void *context);
void target_close(struct target *target, void *context);

// After a shot, outside of what is timed: the device may be fired again.
void target_quiet(struct target *target);

#endif
