// The CPU table from the MADT, the boot processor first.
#ifndef ARCH_TOPOLOGY_H
#define ARCH_TOPOLOGY_H

#include "kernel/core/core.h"

// The highest APIC ID of the processors the MADT lists as usable; 0 where it lists none.
struct apic_id topology_highest_id(void);

// Starts the core with the usable processors: the calling one is number 0, the others follow in the firmware's order,
// at most `maximum` (0: all) of them, each with its proximity domain from the SRAT; the rest of `setup` is the
// caller's. Gives each its record and stacks. As core_start(). Boot CPU, after firmware_tables_read() and
// apic_initialise().
MUST_USE enum result topology_create(uint32_t maximum, struct core_setup setup);

#endif
