// The MADT: processors, IOAPICs, ISA overrides and NMI wires (ACPI 6.5, 5.2.12). Pure, but for its arrays from the
// heap.
#ifndef ARCH_ACPI_ACPI_MADT_H
#define ARCH_ACPI_ACPI_MADT_H

#include "arch/acpi/acpi.h"
#include "kernel/core/message.h"

enum { ACPI_MADT_ISA_COUNT = 16, ACPI_MADT_IOAPIC_LIMIT = 256 };

// A processor that is neither enabled nor online capable is a placeholder of the firmware: never start it.
struct acpi_processor {
    struct apic_id apic_id;
    uint32_t uid; // ACPI processor UID, what local NMI records refer to
    bool enabled;
    bool online_capable;
    bool from_x2apic; // from a type 9 record
};

struct acpi_ioapic {
    uint8_t id;
    struct physical address;
    uint32_t gsi_base;
};

// How an ISA IRQ is wired. "Conforms to the bus" is decoded as ISA's edge, active high, and remembered: firmware often
// writes it for the SCI, which is level, active low.
struct acpi_isa_override {
    bool present;
    uint32_t gsi;
    enum interrupt_mode mode;
    enum interrupt_polarity polarity;
    bool mode_conforms;
    bool polarity_conforms;
};

// An IOAPIC pin that carries an NMI (type 3).
struct acpi_nmi_source {
    uint32_t gsi;
    enum interrupt_mode mode;
    enum interrupt_polarity polarity;
};

// A local interrupt pin that carries an NMI (types 4 and 0xA). Records with reserved flags are left out with a finding.
struct acpi_local_nmi {
    bool all_processors;
    uint32_t uid; // when not all
    uint8_t lint; // 0 or 1
    enum interrupt_mode mode;
    enum interrupt_polarity polarity;
};

struct acpi_madt {
    struct physical local_apic; // type 5's 64-bit address where given
    bool dual_8259;             // PCAT_COMPAT: a pair of 8259s that must be masked
    struct acpi_processor *processors;
    uint32_t processor_count;
    struct acpi_ioapic *ioapics;
    uint32_t ioapic_count;
    struct acpi_nmi_source *nmi_sources;
    uint32_t nmi_source_count;
    struct acpi_local_nmi *local_nmis;
    uint32_t local_nmi_count;
    struct acpi_isa_override overrides[ACPI_MADT_ISA_COUNT]; // by ISA IRQ
};

// Reads a MADT. Processors keep the firmware's order, each APIC ID once: of an ID listed twice the usable record is
// kept. Two usable records are a finding; a placeholder that repeats an ID is not. IDs 0xff of type 0 and 0xffffffff of
// type 9 are ignored. IOAPICs without address or given twice, overrides of another bus or of an IRQ above 15, and
// records too short for their type are left out with a finding. RESULT_TRUNCATED: shorter than its fixed part;
// RESULT_NO_MEMORY. Nothing is allocated on failure. PASSIVE.
MUST_USE enum result acpi_madt_read(const struct acpi_table *table, struct acpi_findings *findings,
                                    struct acpi_madt *madt);

// Frees the arrays.
void acpi_madt_release(struct acpi_madt *madt);

// Where an ISA IRQ arrives: its override, or the identity (GSI = IRQ, edge, active high) where there is none.
// `irq` must be below ACPI_MADT_ISA_COUNT.
struct acpi_isa_override acpi_madt_isa_route(const struct acpi_madt *madt, uint32_t irq);

#endif
