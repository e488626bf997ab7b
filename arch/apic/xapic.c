// The local APIC as a page of memory: 8-bit IDs, one register every 16 bytes.

#include "arch/apic/apic.h"
#include "arch/cpu_registers.h"
#include "arch/mmio.h"
#include "arch/paging/paging.h"

enum { PENDING_READS = 1000 }; // a command leaves within microseconds, and interrupts are off meanwhile

static volatile void *register_address(enum apic_register number)
{
    return (volatile void *)(ARCH_LOCAL_APIC_VIRTUAL + (uint64_t)number * 16);
}

static uint32_t xapic_read(enum apic_register number)
{
    return mmio_read32(register_address(number));
}

static void xapic_write(enum apic_register number, uint32_t value)
{
    mmio_write32(register_address(number), value);
}

// The destination before the command: writing the low half sends. Interrupts are off between the two writes, or else an
// interrupt's own command would overwrite the destination.
static void xapic_command(struct apic_id destination, uint32_t low)
{
    bool were_on = rflags_read() & RFLAGS_IF;

    cpu_cli();
    for (uint32_t i = 0; i < PENDING_READS && (xapic_read(APIC_ICR) & APIC_ICR_PENDING); i++)
        cpu_pause();
    xapic_write(APIC_ICR_HIGH, (uint32_t)FIELD_PUT(APIC_XAPIC_ID, destination.value));
    xapic_write(APIC_ICR, low);
    if (were_on)
        cpu_sti();
}

const struct apic_operations xapic_operations = {"xapic", xapic_read, xapic_write, xapic_command};
