// Which mode the local APICs run in, xAPIC or x2APIC, and why. Pure.
#ifndef ARCH_APIC_APIC_MODE_H
#define ARCH_APIC_APIC_MODE_H

#include "kernel/lib/result.h"

enum { APIC_XAPIC_HIGHEST_ID = 254 };

struct apic_mode_facts {
    uint64_t base;             // IA32_APIC_BASE of the boot processor, as the firmware left it
    bool has_x2apic;           // CPUID.01H:ECX[21]
    bool has_hypervisor;       // CPUID.01H:ECX[31]
    bool is_locked;            // IA32_XAPIC_DISABLE_STATUS[0]: x2APIC mode cannot be left (SDM vol. 4, 2.1)
    uint32_t dmar_flags;       // of the DMAR (acpi_dmar_flags()); 0 without one
    struct apic_id highest_id; // of the processors to be started
    bool is_asked;             // "x2apic" on the command line
    bool is_refused;           // "nox2apic"
};

struct apic_mode {
    bool x2apic;
    const char *reason; // in words, at most 39 characters
};

// The first of these that holds decides: x2APIC mode that is locked stays; an APIC ID above 254 needs it; a processor
// without it; the command line; x2APIC mode the firmware left on stays; the DMAR's opt-out; a hypervisor, where an
// xAPIC's register page costs an exit an access; else the mode the firmware left. RESULT_UNSUPPORTED: an ID needs
// x2APIC mode and the processor has none; the reason says so.
MUST_USE enum result apic_mode_choose(const struct apic_mode_facts *facts, struct apic_mode *mode);

#endif
