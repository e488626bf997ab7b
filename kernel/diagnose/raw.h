// Registers of the machine as they are, for raw views: nothing here writes one. arch/raw.c defines it.
#ifndef KERNEL_DIAGNOSE_RAW_H
#define KERNEL_DIAGNOSE_RAW_H

#include "kernel/lib/result.h"

// A model-specific register of the calling CPU. False: it has none of that number (RDMSR raises #GP). Any IRQL.
bool raw_msr_read(uint32_t number, uint64_t *value);

struct raw_cpuid {
    uint32_t eax, ebx, ecx, edx;
};

// CPUID of the calling CPU. Any IRQL.
void raw_cpuid_read(uint32_t leaf, uint32_t subleaf, struct raw_cpuid *registers);

// Register `index` of the calling CPU's local APIC, in ascending number; false past the last. `number` is its x2APIC
// number (Intel SDM vol. 3, table 11-6). Registers whose read fails in the mode in use are left out. Any IRQL.
struct raw_apic_register {
    const char *name;
    uint32_t number;
    uint32_t value;
};
bool raw_apic_read(uint32_t index, struct raw_apic_register *found);

// IOAPIC `index` in the order of the MADT; false past the last. Any IRQL.
struct raw_ioapic {
    uint32_t id;
    uint32_t version; // the register
    uint32_t gsi_base;
    uint32_t pins;
};
bool raw_ioapic_get(uint32_t index, struct raw_ioapic *found);

// The 64-bit redirection entry of a pin of it, as it stands (82093AA datasheet 3.2.4). Any IRQL.
uint64_t raw_ioapic_entry(uint32_t index, uint32_t pin);

// 32 bits at a physical address, a multiple of 4: of memory, or one read of a device's register. RESULT_NO_MEMORY,
// RESULT_INVALID: beyond the processor's physical width. PASSIVE, boot CPU.
MUST_USE enum result raw_memory_read(struct physical address, uint32_t *value);
MUST_USE enum result raw_device_read(struct physical address, uint32_t *value);

#endif
