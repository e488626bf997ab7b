// Which processors there are: from the MADT to the CPU table, the boot processor first.
#ifndef ARCH_TOPOLOGY_H
#define ARCH_TOPOLOGY_H

#include "kernel/lib/result.h"

// Would any processor that the MADT lists need 32-bit APIC IDs?
bool topology_needs_x2apic(void);

// Makes the CPU table: the calling processor is number 0, the others follow in the firmware's order, at most `maximum`
// (0: all) of them. Gives each its record and stacks, and its proximity domain from the SRAT. RESULT_NO_MEMORY. Boot
// CPU, after firmware_tables_read() and apic_initialise().
MUST_USE enum result topology_create(uint32_t maximum);

#endif
