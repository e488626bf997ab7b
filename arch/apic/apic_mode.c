// Choosing between xAPIC and x2APIC.

#include "arch/apic/apic_mode.h"
#include "arch/acpi/acpi_remap.h"
#include "arch/apic/apic_registers.h"

#define OPT_OUT (ACPI_DMAR_INTERRUPTS | ACPI_DMAR_X2APIC_OPT_OUT)

static struct apic_mode choose(const struct apic_mode_facts *facts)
{
    bool was_x2apic = facts->base & MSR_APIC_BASE_EXTD;

    if (was_x2apic && facts->is_locked)
        return (struct apic_mode){true, "the firmware left it so and locked it"};
    if (facts->highest_id.value > APIC_XAPIC_HIGHEST_ID && facts->has_x2apic)
        return (struct apic_mode){true, "an APIC ID is above 254"};
    if (facts->highest_id.value > APIC_XAPIC_HIGHEST_ID)
        return (struct apic_mode){false, "no x2APIC for an APIC ID above 254"};
    if (!facts->has_x2apic)
        return (struct apic_mode){false, "the processor has no x2APIC mode"};
    if (facts->is_refused)
        return (struct apic_mode){false, "nox2apic on the command line"};
    if (facts->is_asked)
        return (struct apic_mode){true, "x2apic on the command line"};
    if (was_x2apic)
        return (struct apic_mode){true, "the firmware left it so"};
    // The second flag has a meaning only where the first is set (VT-d specification, 8.1).
    if ((facts->dmar_flags & OPT_OUT) == OPT_OUT)
        return (struct apic_mode){false, "the firmware's DMAR opts out of x2APIC"};
    if (facts->has_hypervisor)
        return (struct apic_mode){true, "under a hypervisor"};
    return (struct apic_mode){false, "the firmware left it so"};
}

enum result apic_mode_choose(const struct apic_mode_facts *facts, struct apic_mode *mode)
{
    *mode = choose(facts);
    return mode->x2apic || facts->highest_id.value <= APIC_XAPIC_HIGHEST_ID ? RESULT_OK : RESULT_UNSUPPORTED;
}
