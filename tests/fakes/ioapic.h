// Two IOAPICs behind their index and data windows, in place of arch/mmio.h: a test includes this first and then
// arch/apic/ioapic.c. Every write of a register is kept in order. Entries behave as hardware's do: remote IRR and
// delivery status are read only; the end register, or a pin that becomes an edge, clears the former.
#ifndef TESTS_FAKES_IOAPIC_H
#define TESTS_FAKES_IOAPIC_H

#define ARCH_MMIO_H // the real one stays out

#include "kernel/lib/result.h"

#define FAKE_IOAPIC_BASE       UINT64_C(0xfec00000)
#define FAKE_IOAPIC_OTHER_BASE UINT64_C(0xfec10000)
#define FAKE_IOAPIC_NONE       UINT64_C(0xfec20000) // a window behind which nobody answers

enum { FAKE_IOAPIC_PINS = 24, FAKE_IOAPIC_OTHER_PINS = 8, FAKE_IOAPIC_WRITES = 256 };

struct fake_ioapic_write {
    uint32_t number; // of the register
    uint32_t value;
};

struct fake_ioapic {
    uint64_t entries[FAKE_IOAPIC_PINS];             // of the first, which has an end register
    uint64_t other_entries[FAKE_IOAPIC_OTHER_PINS]; // of the second, an 82093AA
    struct fake_ioapic_write writes[FAKE_IOAPIC_WRITES];
    uint32_t write_count;
    uint64_t stuck_bits; // of every entry: writes do not change them
    bool never_ends;     // nothing clears remote IRR
    uint32_t nothing;    // read where nobody answers
};

extern struct fake_ioapic fake_ioapic;

void fake_ioapic_reset(void);

enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer);
uint32_t mmio_read32(const volatile void *address);
void mmio_write32(volatile void *address, uint32_t value);

#endif
