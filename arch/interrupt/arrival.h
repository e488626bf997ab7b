// Arrivals at vectors that may be entered with no interrupt in service: an exception's (0 to 31), which a message may
// name too; the spurious one, whose own arrivals set no bit in service; the 8259 pair's, whose arrivals by INTA the
// local APIC never sees. Intel SDM vol. 3, 11.8.4, 11.9 and 11.5.1.
#ifndef ARCH_INTERRUPT_ARRIVAL_H
#define ARCH_INTERRUPT_ARRIVAL_H

#include "kernel/lib/types.h"

// If `vector` is in service on this CPU, it came as a message: counted as unowned, ended, and true. Interrupts off.
bool arrival_take(uint32_t vector);

// For the stubs of the spurious vector and the 8259 pair's row: takes the arrival, ends it only if it is in service,
// and counts it otherwise as what it is. Interrupts off.
void arrival_checked(uint32_t vector);

#endif
