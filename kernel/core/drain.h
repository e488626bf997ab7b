// Waiting until a CPU has served all device interrupts that had reached its local APIC.
#ifndef KERNEL_CORE_DRAIN_H
#define KERNEL_CORE_DRAIN_H

#include "kernel/lib/result.h"

// Publishes the objects of the drain and wake interrupts on a CPU. Once per CPU, before it takes interrupts.
void drain_prepare(uint32_t cpu);

// Sends the drain vector to `cpu` twice, the second time when the first was served. Its level is below the devices', so
// the local APIC holds it back while a device interrupt is pending or in service; its arrival proves that there is
// none. Twice, or else a message that was sent before the call could be accepted after it. PASSIVE, interrupts on, one
// caller at a time. RESULT_TIMEOUT after 5 s; RESULT_MISMATCH: drain_prepare() was never called for the CPU, or its
// slot was overwritten; both logged.
MUST_USE enum result drain_cpu(uint32_t cpu);

#endif
