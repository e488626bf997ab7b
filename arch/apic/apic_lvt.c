// Quieting the local vector table.

#include "arch/apic/apic_lvt.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/vectors.h"

// For masked entries: real processors report a vector below 16 as an error. It has no owner, so an arrival would be
// reported.
#define ENTRY_MASKED (APIC_LVT_MASKED | (VECTOR_ERROR + 1))

// The entries that not every local APIC has, in the order they were added.
static const struct optional_entry {
    enum apic_register number;
    uint32_t least; // of the version register's count, for the entry to exist
} optional_entries[] = {
    {APIC_LVT_PERFORMANCE, 4},
    {APIC_LVT_THERMAL, 5},
    {APIC_LVT_CMCI, 6},
};

static uint32_t kept[ARRAY_COUNT(optional_entries)]; // the firmware's; 0: not by SMI

static bool entry_exists(const struct apic_operations *operations, const struct optional_entry *entry)
{
    return FIELD_GET(APIC_VERSION_LVT, operations->read(APIC_VERSION)) >= entry->least;
}

static bool is_smi(uint32_t value)
{
    return (value & APIC_LVT_DELIVERY) == APIC_LVT_DELIVERY_SMI;
}

static bool names_processor(const struct acpi_madt *madt, const struct acpi_local_nmi *nmi, struct apic_id id)
{
    for (uint32_t i = 0; i < madt->processor_count; i++)
        if (madt->processors[i].apic_id.value == id.value)
            return nmi->all_processors || madt->processors[i].uid == nmi->uid;
    return nmi->all_processors;
}

// Trigger mode stays edge whatever the record says: NMI delivery knows no other.
void apic_lvt_pins(const struct acpi_madt *madt, struct apic_id id, uint32_t pins[APIC_PIN_COUNT])
{
    bool is_named = false;

    pins[0] = pins[1] = (uint32_t)ENTRY_MASKED;
    for (uint32_t i = 0; i < madt->local_nmi_count; i++) {
        const struct acpi_local_nmi *nmi = &madt->local_nmis[i];
        if (!names_processor(madt, nmi, id))
            continue;
        bool is_low = nmi->polarity == INTERRUPT_ACTIVE_LOW;
        pins[nmi->lint] = (uint32_t)(APIC_LVT_DELIVERY_NMI | (is_low ? APIC_LVT_ACTIVE_LOW : 0));
        is_named = true;
    }
    if (!is_named)
        pins[1] = (uint32_t)APIC_LVT_DELIVERY_NMI;
}

void apic_lvt_keep(const struct apic_operations *operations)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(optional_entries); i++) {
        uint32_t value =
            entry_exists(operations, &optional_entries[i]) ? operations->read(optional_entries[i].number) : 0;
        kept[i] = is_smi(value) ? value : 0;
        if (kept[i])
            firmware_record("lvt_smi", value, "local APIC register 0x%x", optional_entries[i].number);
    }
}

// The error entry is masked first with the others: writing them may raise an error.
void apic_lvt_quiet(const uint32_t pins[APIC_PIN_COUNT])
{
    const struct apic_operations *operations = apic();

    operations->write(APIC_LVT_ERROR, APIC_LVT_MASKED | VECTOR_ERROR);
    operations->write(APIC_LVT_TIMER, APIC_LVT_MASKED | VECTOR_CLOCK);
    operations->write(APIC_LVT_LINT0, pins[0]);
    operations->write(APIC_LVT_LINT1, pins[1]);
    for (uint32_t i = 0; i < ARRAY_COUNT(optional_entries); i++) {
        enum apic_register number = optional_entries[i].number;
        if (entry_exists(operations, &optional_entries[i]) && !is_smi(operations->read(number)))
            operations->write(number, kept[i] ? kept[i] : (uint32_t)ENTRY_MASKED);
    }
}

// The error register shows what happened between the last two writes (SDM 11.5.3): the write latches errors of the LVT
// writes, the read clears them on local APICs that clear on read.
void apic_lvt_open_errors(void)
{
    apic()->write(APIC_ESR, 0);
    (void)apic()->read(APIC_ESR);
    apic()->write(APIC_LVT_ERROR, VECTOR_ERROR);
}
