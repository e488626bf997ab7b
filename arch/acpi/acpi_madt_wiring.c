// The MADT's wires: ISA overrides and NMI pins, with their polarity and trigger mode.

#include "arch/acpi/acpi_madt_reader.h"

// The MPS INTI flags of overrides and NMI records (ACPI 6.5, table 5.26).
static void read_wiring(const struct acpi_madt_reader *reader, const struct acpi_record *record, uint16_t flags,
                        enum interrupt_mode *mode, enum interrupt_polarity *polarity)
{
    uint32_t polarity_code = FIELD_GET(MADT_INTI_POLARITY, flags);
    uint32_t mode_code = FIELD_GET(MADT_INTI_MODE, flags);
    if (polarity_code == MADT_INTI_RESERVED || mode_code == MADT_INTI_RESERVED) {
        acpi_madt_report(reader, "reserved polarity or trigger mode, taken for the bus's own, at offset",
                         record->offset);
    }
    *polarity = polarity_code == MADT_INTI_SECOND ? INTERRUPT_ACTIVE_LOW : INTERRUPT_ACTIVE_HIGH;
    *mode = mode_code == MADT_INTI_SECOND ? INTERRUPT_LEVEL_SENSITIVE : INTERRUPT_LATCHED;
}

static void add_local_nmi(struct acpi_madt_reader *reader, const struct acpi_record *record, uint16_t flags,
                          struct acpi_local_nmi nmi)
{
    if (nmi.lint > 1) {
        acpi_madt_report(reader, "NMI on a local pin that does not exist at offset", record->offset);
        return;
    }
    if (flags & ~MADT_INTI_DEFINED || FIELD_GET(MADT_INTI_POLARITY, flags) == MADT_INTI_RESERVED ||
        FIELD_GET(MADT_INTI_MODE, flags) == MADT_INTI_RESERVED) {
        acpi_madt_report(reader, "NMI on a local pin with reserved flags, left out, at offset", record->offset);
        return;
    }
    read_wiring(reader, record, flags, &nmi.mode, &nmi.polarity);
    reader->madt->local_nmis[reader->madt->local_nmi_count++] = nmi;
}

void acpi_madt_read_override(struct acpi_madt_reader *reader, const struct acpi_record *record)
{
    struct acpi_madt_wire_override wire;
    if (!acpi_madt_copy(reader, record, &wire, sizeof(wire))) {
        return;
    }
    if (wire.bus != MADT_BUS_ISA || wire.source >= ACPI_MADT_ISA_COUNT) {
        acpi_madt_report(reader, "override of something that is no ISA IRQ at offset", record->offset);
        return;
    }
    struct acpi_isa_override *override = &reader->madt->overrides[wire.source];
    if (override->present) {
        acpi_madt_report(reader, "IRQ overridden twice, the first stands: IRQ", wire.source);
        return;
    }
    override->present = true;
    override->gsi = wire.gsi;
    override->polarity_conforms = FIELD_GET(MADT_INTI_POLARITY, wire.flags) == MADT_INTI_CONFORMS;
    override->mode_conforms = FIELD_GET(MADT_INTI_MODE, wire.flags) == MADT_INTI_CONFORMS;
    read_wiring(reader, record, wire.flags, &override->mode, &override->polarity);
}

void acpi_madt_read_nmi_source(struct acpi_madt_reader *reader, const struct acpi_record *record)
{
    struct acpi_madt_wire_nmi_source wire;
    if (!acpi_madt_copy(reader, record, &wire, sizeof(wire))) {
        return;
    }
    struct acpi_nmi_source *source = &reader->madt->nmi_sources[reader->madt->nmi_source_count++];
    source->gsi = wire.gsi;
    read_wiring(reader, record, wire.flags, &source->mode, &source->polarity);
}

void acpi_madt_read_local_nmi(struct acpi_madt_reader *reader, const struct acpi_record *record)
{
    struct acpi_madt_wire_local_nmi wire;
    if (acpi_madt_copy(reader, record, &wire, sizeof(wire))) {
        add_local_nmi(reader, record, wire.flags,
                      (struct acpi_local_nmi){.all_processors = wire.uid == MADT_BROADCAST8,
                                              .uid = wire.uid,
                                              .lint = wire.lint});
    }
}

void acpi_madt_read_local_x2apic_nmi(struct acpi_madt_reader *reader, const struct acpi_record *record)
{
    struct acpi_madt_wire_local_x2apic_nmi wire;
    if (acpi_madt_copy(reader, record, &wire, sizeof(wire))) {
        add_local_nmi(reader, record, wire.flags,
                      (struct acpi_local_nmi){.all_processors = wire.uid == MADT_BROADCAST32,
                                              .uid = wire.uid,
                                              .lint = wire.lint});
    }
}
