// Waiting for a device register to say that something is done.
#ifndef DRIVERS_REGISTER_WAIT_H
#define DRIVERS_REGISTER_WAIT_H

#include "kernel/core/wait.h"

// Looks every 50 us until the bits of a 32-bit register read as `wanted`, at least once. RESULT_GONE: it reads all
// ones; RESULT_TIMEOUT after `nanoseconds`. PASSIVE.
MUST_USE enum result register_wait(const volatile void *address, uint32_t bits, uint32_t wanted, uint64_t nanoseconds);

#endif
