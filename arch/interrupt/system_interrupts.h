// The kernel's own vectors: clock, dispatch, drain, local APIC error; and the rows they make under the interrupt
// counts.
#ifndef ARCH_INTERRUPT_SYSTEM_INTERRUPTS_H
#define ARCH_INTERRUPT_SYSTEM_INTERRUPTS_H

#include "kernel/lib/result.h"

// Publishes their objects in the slots of `cpu`. Before that CPU takes interrupts.
void system_interrupts_publish(uint32_t cpu);

// Registers the rows that `interrupts` shows under the messages. Once.
void system_interrupts_register(void);

#endif
