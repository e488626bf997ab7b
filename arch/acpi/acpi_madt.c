// The MADT: processors, IOAPICs, ISA overrides and NMI wires.

#include "arch/acpi/acpi_madt_reader.h"
#include "kernel/runtime/heap.h"

typedef void record_reader(struct acpi_madt_reader *reader, const struct acpi_record *record);

static bool ioapic_is_new(const struct acpi_madt *madt, uint64_t address)
{
    for (uint32_t i = 0; i < madt->ioapic_count; i++) {
        if (madt->ioapics[i].address.address == address) {
            return false;
        }
    }
    return true;
}

static void read_ioapic(struct acpi_madt_reader *reader, const struct acpi_record *record)
{
    struct acpi_madt_wire_ioapic wire;
    struct acpi_madt *madt = reader->madt;
    if (!acpi_madt_copy(reader, record, &wire, sizeof(wire))) {
        return;
    }
    if (wire.address == 0) {
        acpi_madt_report(reader, "IOAPIC without an address: ID", wire.id);
    } else if (!ioapic_is_new(madt, wire.address)) {
        acpi_madt_report(reader, "IOAPIC listed twice, the first stands: address", wire.address);
    } else if (madt->ioapic_count == ACPI_MADT_IOAPIC_LIMIT) {
        acpi_madt_report(reader, "more IOAPICs than IDs, left out: address", wire.address);
    } else {
        madt->ioapics[madt->ioapic_count++] = (struct acpi_ioapic){
            .id = wire.id,
            .address = {wire.address},
            .gsi_base = wire.gsi_base,
        };
    }
}

static void read_address_override(struct acpi_madt_reader *reader, const struct acpi_record *record)
{
    struct acpi_madt_wire_address_override wire;
    if (acpi_madt_copy(reader, record, &wire, sizeof(wire))) {
        reader->madt->local_apic.address = wire.address;
    }
}

// What this kernel knows; other types are passed over.
static record_reader *const record_readers[MADT_TYPE_COUNT] = {
    [MADT_LOCAL_APIC] = acpi_madt_read_local_apic,     [MADT_IOAPIC] = read_ioapic,
    [MADT_OVERRIDE] = acpi_madt_read_override,         [MADT_NMI_SOURCE] = acpi_madt_read_nmi_source,
    [MADT_LOCAL_NMI] = acpi_madt_read_local_nmi,       [MADT_ADDRESS_OVERRIDE] = read_address_override,
    [MADT_LOCAL_X2APIC] = acpi_madt_read_local_x2apic, [MADT_LOCAL_X2APIC_NMI] = acpi_madt_read_local_x2apic_nmi,
};

static void walk_begin(const struct acpi_table *table, struct acpi_walk *walk)
{
    acpi_walk_begin(walk, table->bytes, table->length, sizeof(struct acpi_madt_wire_header), ACPI_WALK_8BIT);
}

static void count_records(const struct acpi_table *table, uint32_t counts[MADT_TYPE_COUNT])
{
    struct acpi_walk walk;
    struct acpi_record record;
    walk_begin(table, &walk);
    while (acpi_walk_next(&walk, &record)) {
        if (record.type < MADT_TYPE_COUNT) {
            counts[record.type]++;
        }
    }
}

// Keeps *failed when memory was short; an empty array needs none.
static void *allocate(uint32_t count, size_t size, bool *failed)
{
    void *array = count ? heap_allocate(count * size) : NULL;
    *failed |= count != 0 && !array;
    return array;
}

static uint32_t seen_bits(uint32_t processors)
{
    uint32_t bits = 1;
    while (UINT32_C(1) << bits < 2 * processors) {
        bits++;
    }
    return bits;
}

static enum result make_room(struct acpi_madt_reader *reader, const uint32_t counts[MADT_TYPE_COUNT])
{
    struct acpi_madt *madt = reader->madt;
    uint32_t processors = counts[MADT_LOCAL_APIC] + counts[MADT_LOCAL_X2APIC];
    uint32_t ioapics = counts[MADT_IOAPIC] < ACPI_MADT_IOAPIC_LIMIT ? counts[MADT_IOAPIC] : ACPI_MADT_IOAPIC_LIMIT;
    bool failed = false;
    madt->processors = allocate(processors, sizeof(*madt->processors), &failed);
    madt->ioapics = allocate(ioapics, sizeof(*madt->ioapics), &failed);
    madt->nmi_sources = allocate(counts[MADT_NMI_SOURCE], sizeof(*madt->nmi_sources), &failed);
    uint32_t local_nmis = counts[MADT_LOCAL_NMI] + counts[MADT_LOCAL_X2APIC_NMI];
    madt->local_nmis = allocate(local_nmis, sizeof(*madt->local_nmis), &failed);
    reader->seen.bits = seen_bits(processors);
    reader->seen.slots = allocate(UINT32_C(1) << reader->seen.bits, sizeof(*reader->seen.slots), &failed);
    return failed ? RESULT_NO_MEMORY : RESULT_OK;
}

// Types below MADT_TYPE_STANDARD_COUNT are passed over silently; each other type is a finding once.
static void pass_over(struct acpi_madt_reader *reader, uint32_t type)
{
    uint64_t *word = &reader->passed[type / 64];

    if (type >= MADT_TYPE_STANDARD_COUNT && !(*word & BIT(type % 64)))
        acpi_madt_report(reader, "records of a type no standard has, passed over: type", type);
    *word |= BIT(type % 64);
}

static void read_records(struct acpi_madt_reader *reader)
{
    struct acpi_walk walk;
    struct acpi_record record;
    walk_begin(reader->table, &walk);
    while (acpi_walk_next(&walk, &record)) {
        record_reader *read = record.type < MADT_TYPE_COUNT ? record_readers[record.type] : NULL;
        if (read) {
            read(reader, &record);
        } else {
            pass_over(reader, record.type);
        }
    }
    acpi_walk_report(&walk, reader->findings, reader->table->signature);
}

void acpi_madt_report(const struct acpi_madt_reader *reader, const char *what, uint64_t value)
{
    acpi_findings_add(reader->findings, reader->table->signature, what, value);
}

bool acpi_madt_copy(const struct acpi_madt_reader *reader, const struct acpi_record *record, void *wire, size_t size)
{
    if (!acpi_record_copy(record, wire, size)) {
        acpi_madt_report(reader, "record is too short for its type at offset", record->offset);
        return false;
    }
    return true;
}

enum result acpi_madt_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_madt *madt)
{
    *madt = (struct acpi_madt){0};
    struct acpi_madt_reader reader = {.table = table, .findings = findings, .madt = madt};
    if (!acpi_table_has(table, 0, sizeof(struct acpi_madt_wire_header))) {
        acpi_madt_report(&reader, "shorter than its fixed part: length", table->length);
        return RESULT_TRUNCATED;
    }
    madt->local_apic.address = acpi_table_read32(table, offsetof(struct acpi_madt_wire_header, local_apic));
    madt->dual_8259 = acpi_table_read32(table, offsetof(struct acpi_madt_wire_header, flags)) & MADT_DUAL_8259;

    uint32_t counts[MADT_TYPE_COUNT] = {0};
    count_records(table, counts);
    enum result result = make_room(&reader, counts);
    if (result == RESULT_OK) {
        read_records(&reader);
    } else {
        acpi_madt_release(madt);
    }
    heap_free(reader.seen.slots);
    return result;
}

void acpi_madt_release(struct acpi_madt *madt)
{
    heap_free(madt->processors);
    heap_free(madt->ioapics);
    heap_free(madt->nmi_sources);
    heap_free(madt->local_nmis);
    *madt = (struct acpi_madt){0};
}

struct acpi_isa_override acpi_madt_isa_route(const struct acpi_madt *madt, uint32_t irq)
{
    if (madt->overrides[irq].present) {
        return madt->overrides[irq];
    }
    return (struct acpi_isa_override){
        .gsi = irq,
        .mode = INTERRUPT_LATCHED,
        .polarity = INTERRUPT_ACTIVE_HIGH,
        .mode_conforms = true,
        .polarity_conforms = true,
    };
}
