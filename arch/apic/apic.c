// Choosing between xAPIC and x2APIC, and bringing one processor's local APIC up.

#include "arch/apic/apic.h"
#include "arch/cpu_registers.h"
#include "arch/paging/paging.h"
#include "kernel/core/irql.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/vectors.h"

enum { CPUID_FEATURES = 1, BITMAP_REGISTERS = 8, BITMAP_WIDTH = 32 };
#define CPUID_ECX_X2APIC BIT(21)

static const struct apic_operations *chosen = &xapic_operations;

static bool mode_is_x2apic(void)
{
    return msr_read(MSR_APIC_BASE) & MSR_APIC_BASE_EXTD;
}

static void record_bitmap(enum apic_register first, const char *item)
{
    for (uint32_t i = 0; i < BITMAP_REGISTERS; i++) {
        uint32_t bits = chosen->read((enum apic_register)(first + i));
        for (; bits; bits &= bits - 1)
            firmware_record(item, 1, "cpu 0 vector 0x%x", i * BITMAP_WIDTH + (uint32_t)__builtin_ctz(bits));
    }
}

// Whatever is in service belonged to the firmware and nobody will end it: one end of interrupt per bit, highest first.
static void end_leftovers(void)
{
    for (uint32_t i = 0; i < VECTOR_COUNT; i++) {
        uint32_t in_service = 0;
        for (uint32_t j = 0; j < BITMAP_REGISTERS; j++)
            in_service |= chosen->read((enum apic_register)(APIC_ISR + j));
        if (!in_service)
            return;
        chosen->write(APIC_EOI, 0);
    }
}

// From x2APIC the only way to xAPIC leads through "off" (SDM 11.12.5).
static void mode_enter(void)
{
    uint64_t base = msr_read(MSR_APIC_BASE) | MSR_APIC_BASE_ENABLE;

    if (chosen == &x2apic_operations)
        base |= MSR_APIC_BASE_EXTD;
    else if (base & MSR_APIC_BASE_EXTD) {
        base &= ~(MSR_APIC_BASE_EXTD | MSR_APIC_BASE_ENABLE);
        msr_write(MSR_APIC_BASE, base);
        base |= MSR_APIC_BASE_ENABLE;
    }
    msr_write(MSR_APIC_BASE, base);
}

static void local_sources_mask(void)
{
    uint32_t entries = (uint32_t)FIELD_GET(APIC_VERSION_LVT, chosen->read(APIC_VERSION)) + 1;

    chosen->write(APIC_LVT_TIMER, APIC_LVT_MASKED | VECTOR_CLOCK);
    chosen->write(APIC_LVT_LINT0, APIC_LVT_MASKED);
    chosen->write(APIC_LVT_LINT1, APIC_LVT_DELIVERY_NMI);
    chosen->write(APIC_LVT_ERROR, VECTOR_ERROR);
    if (entries > 4)
        chosen->write(APIC_LVT_PERFORMANCE, APIC_LVT_MASKED);
    if (entries > 5)
        chosen->write(APIC_LVT_THERMAL, APIC_LVT_MASKED);
    if (entries > 6)
        chosen->write(APIC_LVT_CMCI, APIC_LVT_MASKED);
}

enum result apic_initialise(const struct apic_options *options)
{
    bool has_x2apic = cpuid_read(CPUID_FEATURES, 0).ecx & CPUID_ECX_X2APIC;
    uint64_t base = msr_read(MSR_APIC_BASE);

    if (mode_is_x2apic())
        firmware_record("x2apic", base, "cpu 0 IA32_APIC_BASE");
    if (options->need_x2apic && !has_x2apic) {
        log_error("apic: an APIC ID is above 254 and this processor has no x2APIC mode");
        return RESULT_UNSUPPORTED;
    }
    if (has_x2apic && (options->allow_x2apic || options->need_x2apic))
        chosen = &x2apic_operations;
    if (chosen == &xapic_operations) {
        if (options->base.address != (base & MSR_APIC_BASE_ADDRESS))
            firmware_record("apic_base", base, "MADT says 0x%llx", (unsigned long long)options->base.address);
        enum result result = paging_map_local_apic((struct physical){base & MSR_APIC_BASE_ADDRESS});
        if (result != RESULT_OK)
            return result;
    }
    mode_enter();
    record_bitmap(APIC_ISR, "isr_bit");
    record_bitmap(APIC_IRR, "irr_bit");
    return RESULT_OK;
}

const struct apic_operations *apic(void)
{
    return chosen;
}

bool apic_is_x2apic(void)
{
    return chosen == &x2apic_operations;
}

void apic_enable(void)
{
    mode_enter();
    chosen->write(APIC_TPR, 0);
    chosen->write(APIC_SVR, APIC_SVR_ENABLE | VECTOR_SPURIOUS);
    // Only an enabled local APIC keeps an unmasked LVT entry.
    local_sources_mask();
    end_leftovers();
    // The error register shows what happened since the write before the read (SDM 11.5.3).
    chosen->write(APIC_ESR, 0);
    chosen->write(APIC_ESR, 0);
}

struct apic_id apic_id_read(void)
{
    uint32_t value = chosen->read(APIC_ID);

    if (chosen == &xapic_operations)
        value = (uint32_t)FIELD_GET(APIC_XAPIC_ID, value);
    return (struct apic_id){value};
}

bool apic_is_enabled(void)
{
    return msr_read(MSR_APIC_BASE) & MSR_APIC_BASE_ENABLE && chosen->read(APIC_SVR) & APIC_SVR_ENABLE;
}

void apic_send(struct apic_id destination, uint32_t low)
{
    chosen->command(destination, low);
}
