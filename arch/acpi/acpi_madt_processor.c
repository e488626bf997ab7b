// The MADT's processors: local APIC and local x2APIC records, each APIC ID once.

#include "arch/acpi/acpi_madt_reader.h"

// The slot of an APIC ID: the one that holds it, or the empty one where it belongs.
static uint32_t *seen_slot(const struct acpi_madt_reader *reader, struct apic_id id)
{
    const uint32_t golden_ratio = UINT32_C(2654435769); // spreads IDs of any stride over the high bits
    uint32_t mask = (UINT32_C(1) << reader->seen.bits) - 1;
    uint32_t at = (id.value * golden_ratio) >> (32 - reader->seen.bits);
    uint32_t *slots = reader->seen.slots;
    while (slots[at] != 0 && reader->madt->processors[slots[at] - 1].apic_id.value != id.value) {
        at = (at + 1) & mask;
    }
    return &slots[at];
}

static bool is_usable(const struct acpi_processor *processor)
{
    return processor->enabled || processor->online_capable;
}

static void add_processor(struct acpi_madt_reader *reader, struct acpi_processor processor)
{
    uint32_t *slot = seen_slot(reader, processor.apic_id);
    struct acpi_madt *madt = reader->madt;
    if (*slot == 0) {
        madt->processors[madt->processor_count++] = processor;
        *slot = madt->processor_count;
        return;
    }
    struct acpi_processor *earlier = &madt->processors[*slot - 1];
    if (!is_usable(&processor)) {
        return;
    }
    if (is_usable(earlier)) {
        acpi_madt_report(reader, "processor listed twice, the first stands: APIC ID", processor.apic_id.value);
    } else {
        *earlier = processor;
    }
}

void acpi_madt_read_local_apic(struct acpi_madt_reader *reader, const struct acpi_record *record)
{
    struct acpi_madt_wire_local_apic wire;
    if (!acpi_madt_copy(reader, record, &wire, sizeof(wire)) || wire.apic_id == MADT_BROADCAST8) {
        return;
    }
    add_processor(reader, (struct acpi_processor){
                              .apic_id = {wire.apic_id},
                              .uid = wire.uid,
                              .enabled = wire.flags & MADT_PROCESSOR_ENABLED,
                              .online_capable = wire.flags & MADT_PROCESSOR_ONLINE_CAPABLE,
                          });
}

void acpi_madt_read_local_x2apic(struct acpi_madt_reader *reader, const struct acpi_record *record)
{
    struct acpi_madt_wire_local_x2apic wire;
    if (!acpi_madt_copy(reader, record, &wire, sizeof(wire)) || wire.apic_id == MADT_BROADCAST32) {
        return;
    }
    add_processor(reader, (struct acpi_processor){
                              .apic_id = {wire.apic_id},
                              .uid = wire.uid,
                              .enabled = wire.flags & MADT_PROCESSOR_ENABLED,
                              .online_capable = wire.flags & MADT_PROCESSOR_ONLINE_CAPABLE,
                              .from_x2apic = true,
                          });
}
