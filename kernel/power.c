// The hooks for leaving; until arch/ has filled them in, leaving means standing still.

#include "kernel/power.h"
#include "kernel/core/host.h"

static void nothing(void) {}

static void no_debug_exit(uint32_t code) {}

static void stand_still(void)
{
    host_interrupts_disable();
    for (;;)
        host_relax();
}

static const struct power_operations standing = {
    .power_off = nothing,
    .reboot = nothing,
    .debug_exit = no_debug_exit,
    .stop = stand_still,
};

static const struct power_operations *attached = &standing;

void power_attach(const struct power_operations *operations)
{
    attached = operations;
}

const struct power_operations *power(void)
{
    return attached;
}
