// Listening on one IOAPIC pin for a moment.

#include "arch/apic/ioapic_probe.h"
#include "arch/apic/ioapic.h"
#include "arch/apic/ioapic_line.h"
#include "arch/firmware_tables.h"
#include "arch/processor.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/vectors.h"

_Static_assert((int)LINE_ISA_COUNT == (int)ACPI_MADT_ISA_COUNT, "the PC has sixteen");

// One pin at a time, on the boot CPU.
static uint32_t probed_gsi;
static struct ioapic_entry entry_before;
static bool has_answered;

static bool probe_routine(const struct interrupt *self)
{
    // Masked, or else an asserted level would repeat without end. A failure is logged.
    (void)!ioapic_pin_mask(probed_gsi, true);
    __atomic_store_n(&has_answered, true, __ATOMIC_RELEASE);
    return true;
}

static const struct interrupt probe_object = {
    .routine = probe_routine,
    .message_id = VECTOR_LINE_PROBE,
    .irql = IRQL_DISPATCH,
    .name = "line probe",
};

static bool probe_answered(void *context)
{
    return __atomic_load_n(&has_answered, __ATOMIC_ACQUIRE);
}

static uint32_t isa_irq_at(const struct acpi_madt *madt, uint32_t gsi)
{
    for (uint32_t irq = 0; irq < ACPI_MADT_ISA_COUNT; irq++)
        if (acpi_madt_isa_route(madt, irq).gsi == gsi)
            return irq;
    return LINE_ISA_NONE;
}

static bool is_reserved(const struct firmware_tables *tables, uint32_t gsi, uint32_t isa_irq)
{
    uint32_t sci = isa_irq == LINE_ISA_NONE ? gsi : isa_irq;

    for (uint32_t i = 0; i < tables->madt.nmi_source_count; i++)
        if (tables->madt.nmi_sources[i].gsi == gsi)
            return true;
    return tables->has_fadt && !tables->fadt.hardware_reduced && tables->fadt.sci_interrupt == sci;
}

// An override that does not conform to its bus says how the pin is wired; without, it is wired as PCI lines are.
static bool probe_describe(uint32_t index, struct line_pin *pin)
{
    const struct firmware_tables *tables = firmware_tables();
    uint32_t gsi;

    if (!ioapic_pin_gsi(index, &gsi))
        return false;
    *pin = (struct line_pin){
        .gsi = gsi,
        .isa_irq = isa_irq_at(&tables->madt, gsi),
        .is_live = ioapic_line_is_open(gsi),
        .mode = INTERRUPT_LEVEL_SENSITIVE,
        .polarity = INTERRUPT_ACTIVE_LOW,
    };
    pin->is_reserved = is_reserved(tables, gsi, pin->isa_irq);
    if (pin->isa_irq == LINE_ISA_NONE)
        return true;
    struct acpi_isa_override route = acpi_madt_isa_route(&tables->madt, pin->isa_irq);
    pin->is_overridden = route.present;
    if (route.present) {
        pin->mode = route.mode;
        pin->polarity = route.polarity;
        pin->mode_conforms = route.mode_conforms;
        pin->polarity_conforms = route.polarity_conforms;
    }
    return true;
}

static enum result probe_open(const struct line_pin *pin)
{
    struct ioapic_entry entry = {
        .destination = processor_current()->apic_id,
        .delivery = DELIVERY_FIXED,
        .vector = VECTOR_LINE_PROBE,
        .mode = pin->mode,
        .polarity = pin->polarity,
        .masked = true,
    };
    enum result result = ioapic_pin_read(pin->gsi, &entry_before);

    if (result != RESULT_OK)
        return result;
    probed_gsi = pin->gsi;
    host_slot_exchange(processor_number(), VECTOR_LINE_PROBE, &probe_object);
    result = ioapic_pin_write(pin->gsi, &entry);
    if (result != RESULT_OK)
        host_slot_exchange(processor_number(), VECTOR_LINE_PROBE, NULL);
    return result;
}

static bool probe_listen(const struct line_pin *pin, uint64_t nanoseconds)
{
    __atomic_store_n(&has_answered, false, __ATOMIC_RELAXED);
    if (ioapic_pin_mask(pin->gsi, false) == RESULT_OK)
        (void)!wait_until(probe_answered, NULL, nanoseconds);
    // A failure to mask is logged. Interrupts already sent are taken before the flag is read.
    (void)!ioapic_pin_mask(pin->gsi, true);
    return probe_answered(NULL);
}

// The write waits for the end of the last interrupt before it changes the entry.
static void probe_close(const struct line_pin *pin)
{
    (void)!ioapic_pin_write(pin->gsi, &entry_before);
    host_slot_exchange(processor_number(), VECTOR_LINE_PROBE, NULL);
}

static struct message_source *probe_create(struct device *device, const struct line_pin *pin)
{
    return ioapic_line_source_create(device, pin->gsi, pin->mode, pin->polarity);
}

const struct line_pins ioapic_probe = {
    .describe = probe_describe,
    .hold = ioapic_line_hold,
    .open = probe_open,
    .listen = probe_listen,
    .close = probe_close,
    .create = probe_create,
};
