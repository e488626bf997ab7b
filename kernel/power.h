// Leaving: what poweroff, reboot, exit and panic ask of the machine. arch/ fills the hooks in before the console
// starts.
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include "kernel/lib/types.h"

struct power_operations {
    void (*power_off)(void);           // returns only when every way failed
    void (*reboot)(void);              // returns only when every way failed
    void (*debug_exit)(uint32_t code); // QEMU's isa-debug-exit; returns when there is none
    void (*stop)(void);                // all CPUs halted; never returns
};

void power_attach(const struct power_operations *operations);
const struct power_operations *power(void); // never NULL; before power_attach() all but `stop` do nothing

#endif
