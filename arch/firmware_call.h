// Calls into the firmware's runtime services, in the firmware's own address space.
#ifndef ARCH_FIRMWARE_CALL_H
#define ARCH_FIRMWARE_CALL_H

#include "kernel/lib/types.h"

// Runs a service of up to four arguments with the page tables `root`, interrupts off, write protection off, on a stack
// inside the kernel's image (the only kernel memory those tables surely map), and restores all three. An NMI or machine
// check meanwhile resets the machine: their stacks are not mapped there. One CPU at a time.
uint64_t firmware_call(uint64_t root, uint64_t function, const uint64_t arguments[4]);

#endif
