// Reset and power-off: UEFI ResetSystem first, then older methods.
#ifndef ARCH_POWER_H
#define ARCH_POWER_H

#include "boot/handoff.h"
#include "kernel/lib/types.h"

// Address spaces of the FADT's reset register (ACPI 6.5, 4.8.3.6).
enum power_space { POWER_SPACE_MEMORY = 0, POWER_SPACE_IO = 1, POWER_SPACE_PCI = 2 };

struct power_reset_register {
    bool valid; // the FADT's RESET_REG_SUP flag
    enum power_space space;
    uint64_t address;
    uint8_t value;
};

// Fills in kernel/power.h's operations. Missing or invalid reset methods are logged and left out. Boot CPU, after
// paging_initialise().
void power_initialise(const struct handoff *handoff, const struct power_reset_register *reset);

// The function that stops the other processors when this one stops for good. It must not wait without bound.
void power_attach_stop_others(void (*stop)(void));

#endif
