// Waiting for a device register to say that something is done.

#include "drivers/register_wait.h"
#include "arch/mmio.h"
#include "kernel/core/host.h"

#define STEP WAIT_MICROSECONDS(50)

// Time before register, or else a register that changed in time could be reported as a time-out.
enum result register_wait(const volatile void *address, uint32_t bits, uint32_t wanted, uint64_t nanoseconds)
{
    uint64_t deadline = host_nanoseconds() + nanoseconds;

    for (;;) {
        uint64_t now = host_nanoseconds();
        uint32_t value = mmio_read32(address);
        if (value == UINT32_MAX)
            return RESULT_GONE;
        if ((value & bits) == wanted)
            return RESULT_OK;
        if (now >= deadline)
            return RESULT_TIMEOUT;
        wait_pause(STEP);
    }
}
