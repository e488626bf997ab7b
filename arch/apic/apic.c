// Choosing between xAPIC and x2APIC, and bringing one processor's local APIC up.

#include "arch/apic/apic.h"
#include "arch/apic/apic_lvt.h"
#include "arch/apic/apic_mode.h"
#include "arch/cpu_registers.h"
#include "arch/paging/paging.h"
#include "kernel/core/irql.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/vectors.h"

enum { CPUID_STRUCTURED_FEATURES = 7, BITMAP_REGISTERS = 8, BITMAP_WIDTH = 32 };
#define CPUID_ECX_X2APIC            BIT(21)
#define CPUID_ECX_HYPERVISOR        BIT(31)
#define CPUID_EDX_ARCH_CAPABILITIES BIT(29) // of leaf 7

static const struct apic_operations *chosen = &xapic_operations;

static const char *mode_reason;
static const struct acpi_madt *madt;
static bool is_enabled; // on the boot processor: from then on the in-service registers may be read

// Each register exists only where the one before it says so (SDM vol. 4, 2.1).
static bool mode_is_locked(void)
{
    return cpuid_read(0, 0).eax >= CPUID_STRUCTURED_FEATURES &&
           cpuid_read(CPUID_STRUCTURED_FEATURES, 0).edx & CPUID_EDX_ARCH_CAPABILITIES &&
           msr_read(MSR_ARCH_CAPABILITIES) & MSR_ARCH_CAPABILITIES_XAPIC_DISABLE &&
           msr_read(MSR_XAPIC_DISABLE_STATUS) & MSR_XAPIC_DISABLE_STATUS_LOCKED;
}

static enum result mode_choose(const struct apic_options *options, uint64_t base)
{
    uint32_t features = cpuid_read(CPUID_FEATURES, 0).ecx;
    struct apic_mode_facts facts = {
        .base = base,
        .has_x2apic = features & CPUID_ECX_X2APIC,
        .has_hypervisor = features & CPUID_ECX_HYPERVISOR,
        .is_locked = mode_is_locked(),
        .dmar_flags = options->dmar_flags,
        .highest_id = options->highest_id,
        .is_asked = options->is_asked,
        .is_refused = options->is_refused,
    };
    struct apic_mode mode;
    enum result result = apic_mode_choose(&facts, &mode);
    bool is_obeyed = !(mode.x2apic ? options->is_refused : options->is_asked);

    chosen = mode.x2apic ? &x2apic_operations : &xapic_operations;
    mode_reason = mode.reason;
    firmware_record("apic_mode", base, "%s: %s", chosen->name, mode.reason);
    log_write(result != RESULT_OK ? LOG_ERROR
              : is_obeyed         ? LOG_INFO
                                  : LOG_WARNING,
              "apic: %s: %s%s", chosen->name, mode.reason, is_obeyed ? "" : ", whatever the command line says");
    return result;
}

static void bitmap_record(const struct apic_operations *operations, enum apic_register first, const char *item)
{
    for (uint32_t i = 0; i < BITMAP_REGISTERS; i++) {
        uint32_t bits = operations->read((enum apic_register)(first + i));
        for (; bits; bits &= bits - 1)
            firmware_record(item, 1, "cpu 0 vector 0x%x", i * BITMAP_WIDTH + (uint32_t)__builtin_ctz(bits));
    }
}

static void left_record(const struct apic_operations *operations)
{
    bitmap_record(operations, APIC_ISR, "isr_bit");
    bitmap_record(operations, APIC_IRR, "irr_bit");
    apic_lvt_keep(operations);
}

// Interrupts in service are the firmware's and have no handler left: one end of interrupt per bit, highest first.
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

enum result apic_initialise(const struct apic_options *options)
{
    uint64_t base = msr_read(MSR_APIC_BASE), expected = options->madt->local_apic.address;
    bool was_x2apic = base & MSR_APIC_BASE_EXTD;

    madt = options->madt;
    if (was_x2apic)
        firmware_record("x2apic", base, "cpu 0 IA32_APIC_BASE");
    enum result result = mode_choose(options, base);
    if (result == RESULT_OK && chosen == &xapic_operations) {
        // 0: there is no MADT.
        if (expected != 0 && expected != (base & MSR_APIC_BASE_ADDRESS))
            firmware_record("apic_base", base, "MADT says 0x%llx", (unsigned long long)expected);
        result = paging_map_local_apic((struct physical){base & MSR_APIC_BASE_ADDRESS});
    }
    if (result != RESULT_OK)
        return result;
    // Recorded before the change: leaving x2APIC mode clears the registers, entering it does not.
    if (was_x2apic)
        left_record(&x2apic_operations);
    mode_enter();
    if (!was_x2apic)
        left_record(chosen);
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

const char *apic_mode_reason(void)
{
    return mode_reason;
}

void apic_enable(void)
{
    uint32_t pins[APIC_PIN_COUNT];

    mode_enter();
    chosen->write(APIC_TPR, (uint32_t)FIELD_PUT(APIC_TPR_CLASS, APIC_CLASS_PASSIVE));
    chosen->write(APIC_SVR, APIC_SVR_ENABLE | VECTOR_SPURIOUS);
    // Only an enabled local APIC keeps an unmasked LVT entry.
    apic_lvt_pins(madt, apic_id_read(), pins);
    apic_lvt_quiet(pins);
    end_leftovers();
    apic_lvt_open_errors();
    is_enabled = true;
}

struct apic_id apic_id_read(void)
{
    uint32_t value = chosen->read(APIC_ID);

    if (chosen == &xapic_operations)
        value = (uint32_t)FIELD_GET(APIC_XAPIC_ID, value);
    return (struct apic_id){value};
}

enum irql apic_irql_read(void)
{
    return apic_irql_of_class(FIELD_GET(APIC_TPR_CLASS, chosen->read(APIC_PPR)));
}

bool apic_is_enabled(void)
{
    return msr_read(MSR_APIC_BASE) & MSR_APIC_BASE_ENABLE && chosen->read(APIC_SVR) & APIC_SVR_ENABLE;
}

bool apic_is_in_service(uint32_t vector)
{
    enum apic_register number = (enum apic_register)(APIC_ISR + vector / BITMAP_WIDTH);

    return is_enabled && chosen->read(number) >> vector % BITMAP_WIDTH & 1;
}

void apic_send(struct apic_id destination, uint32_t low)
{
    chosen->command(destination, low);
}
