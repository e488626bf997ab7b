// The SRAT: which proximity domain each processor belongs to.

#include "arch/acpi/acpi_srat.h"

enum {
    FIXED_SIZE = ACPI_HEADER_SIZE + 12,
    TYPE_LOCAL_APIC = 0,
    TYPE_LOCAL_X2APIC = 2,
    AFFINITY_ENABLED = 1 << 0,
    REVISION_WIDE_DOMAINS = 2, // revision 1 keeps 8 bits; the upper bytes are reserved there
};

struct wire_local_apic {
    uint8_t type;
    uint8_t length;
    uint8_t domain_low;
    uint8_t apic_id;
    uint32_t flags;
    uint8_t sapic_eid;
    uint8_t domain_high[3];
    uint32_t clock_domain;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_local_apic) == 16, "wire size");

struct wire_local_x2apic {
    uint8_t type;
    uint8_t length;
    uint16_t reserved;
    uint32_t domain;
    uint32_t apic_id;
    uint32_t flags;
    uint32_t clock_domain;
    uint32_t reserved_end;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_local_x2apic) == 24, "wire size");

static void report_short(struct acpi_srat *srat, const struct acpi_record *record)
{
    acpi_findings_add(srat->findings, "SRAT", "record is too short for its type at offset", record->offset);
}

static bool read_local_apic(struct acpi_srat *srat, const struct acpi_record *record,
                            struct acpi_srat_affinity *affinity)
{
    struct wire_local_apic wire;
    if (!acpi_record_copy(record, &wire, sizeof(wire))) {
        report_short(srat, record);
        return false;
    }
    affinity->apic_id.value = wire.apic_id;
    affinity->domain = wire.domain_low;
    if (srat->wide_domains) {
        affinity->domain |= (uint32_t)wire.domain_high[0] << 8 | (uint32_t)wire.domain_high[1] << 16 |
                            (uint32_t)wire.domain_high[2] << 24;
    }
    return wire.flags & AFFINITY_ENABLED;
}

static bool read_local_x2apic(struct acpi_srat *srat, const struct acpi_record *record,
                              struct acpi_srat_affinity *affinity)
{
    struct wire_local_x2apic wire;
    if (!acpi_record_copy(record, &wire, sizeof(wire))) {
        report_short(srat, record);
        return false;
    }
    affinity->apic_id.value = wire.apic_id;
    affinity->domain = wire.domain;
    return wire.flags & AFFINITY_ENABLED;
}

void acpi_srat_begin(struct acpi_srat *srat, const struct acpi_table *table, struct acpi_findings *findings)
{
    srat->findings = findings;
    srat->wide_domains = table->revision >= REVISION_WIDE_DOMAINS;
    srat->reported = false;
    acpi_walk_begin(&srat->walk, table->bytes, table->bytes ? table->length : 0, FIXED_SIZE, ACPI_WALK_8BIT);
}

bool acpi_srat_next(struct acpi_srat *srat, struct acpi_srat_affinity *affinity)
{
    struct acpi_record record;
    while (acpi_walk_next(&srat->walk, &record)) {
        if ((record.type == TYPE_LOCAL_APIC && read_local_apic(srat, &record, affinity)) ||
            (record.type == TYPE_LOCAL_X2APIC && read_local_x2apic(srat, &record, affinity))) {
            return true;
        }
    }
    if (!srat->reported) {
        acpi_walk_report(&srat->walk, srat->findings, "SRAT");
        srat->reported = true;
    }
    return false;
}
