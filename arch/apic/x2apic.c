// The local APIC as model-specific registers: 32-bit IDs, one 64-bit command register, no pending bit.

#include "arch/apic/apic.h"
#include "arch/cpu_registers.h"

static uint32_t x2apic_read(enum apic_register number)
{
    return (uint32_t)msr_read(MSR_X2APIC_BASE + number);
}

static void x2apic_write(enum apic_register number, uint32_t value)
{
    msr_write(MSR_X2APIC_BASE + number, value);
}

// These MSR writes order nothing (SDM 11.12.3): without the fences the receiver could miss stores made before the send.
static void x2apic_command(struct apic_id destination, uint32_t low)
{
    cpu_fence();
    msr_write(MSR_X2APIC_BASE + APIC_ICR, (uint64_t)destination.value << 32 | low);
}

const struct apic_operations x2apic_operations = {"x2apic", x2apic_read, x2apic_write, x2apic_command};
