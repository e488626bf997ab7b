// What the memory map and the firmware's tables say of who answers where, as claims.

#include "arch/firmware_claims.h"
#include "arch/acpi/acpi_remap.h"
#include "kernel/inventory/claim.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/log.h"

enum {
    UNIT_COUNT = 64,
    LOCAL_APIC_SIZE = 1 << 20,     // Intel SDM vol. 3, 11.11.1: every write to 0xfeexxxxx may become a message
    LOCAL_APIC_USUAL = 0xfee00000, // 11.4.1: where it is unless software moves it
    IOAPIC_SIZE = 1 << 10,         // 82093AA, 3.0: the register pages lie 1 KiB apart
    HPET_SIZE = 1 << 10,           // IA-PC HPET 1.0a, 2.3
    HPET_ADDRESS = 40,             // 3.2.4: of the table's generic address structure
    VTD_SIZE = 0x1000,
    AMD_SIZE = 0x4000,
    ECAM_BUS_SHIFT = 20,
    ECAM_BUS_SIZE = 1 << ECAM_BUS_SHIFT,
    REASON_TEXT = 24, // "buses 255-255 are" and its end
};

#define ECAM_KIND "ECAM of segment"

// Reserved ranges may be memory or registers: the map does not say.
static bool is_memory(uint32_t kind)
{
    return kind != HANDOFF_MEMORY_DEVICE && kind != HANDOFF_MEMORY_RESERVED;
}

enum result firmware_claims_add_memory(const struct handoff_region *regions, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct physical base = {regions[i].base};
        if (is_memory(regions[i].kind) &&
            claim_add(base, regions[i].size, CLAIM_FIXED, CLAIM_MEMORY) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

static void conflict_report(const char *owner, struct physical base, const struct claim *other, const char *what)
{
    log_warning("%s at 0x%llx lies over %s at 0x%llx: %s not used", owner, (unsigned long long)base.address,
                other->owner, (unsigned long long)other->base.address, what);
    firmware_record("address_conflict", base.address, "%s over %s", owner, other->owner);
}

static enum result registers_add(struct physical base, uint64_t size, const char *owner)
{
    const struct claim *other = claim_against(base, size, CLAIM_FIXED, owner);

    if (!other)
        return claim_add(base, size, CLAIM_FIXED, "%s", owner);
    conflict_report(owner, base, other, "it is");
    return RESULT_OK;
}

static const char *owner_format(char owner[CLAIM_OWNER_TEXT], const char *kind, uint32_t number)
{
    format_text(owner, CLAIM_OWNER_TEXT, "%s %u", kind, number);
    return owner;
}

static enum result numbered_add(struct physical base, uint64_t size, const char *kind, uint32_t number)
{
    char owner[CLAIM_OWNER_TEXT];

    return registers_add(base, size, owner_format(owner, kind, number));
}

// Firmware may describe one block of timers in several tables.
static bool hpet_is_known(const struct acpi_directory *directory, uint32_t count, uint64_t address)
{
    for (uint32_t i = 0; i < count; i++)
        if (acpi_table_read_address(acpi_table_find(directory, "HPET", i), HPET_ADDRESS).address == address)
            return true;
    return false;
}

static enum result hpets_add(const struct acpi_directory *directory)
{
    const struct acpi_table *table;

    for (uint32_t i = 0; (table = acpi_table_find(directory, "HPET", i)) != NULL; i++) {
        struct acpi_address address = acpi_table_read_address(table, HPET_ADDRESS);
        if (address.space != ACPI_SPACE_MEMORY || address.address == 0 || hpet_is_known(directory, i, address.address))
            continue;
        if (numbered_add((struct physical){address.address}, HPET_SIZE, "HPET", i) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

// No findings here: the tables' users report their faults.
static enum result remap_units_add(const struct acpi_directory *directory)
{
    static const struct {
        const char *signature;
        uint32_t (*read)(const struct acpi_table *, struct acpi_findings *, struct acpi_remap_unit *, uint32_t);
        uint64_t size;
    } kinds[] = {{"DMAR", acpi_dmar_read, VTD_SIZE}, {"IVRS", acpi_ivrs_read, AMD_SIZE}};
    struct acpi_remap_unit units[UNIT_COUNT];

    for (uint32_t kind = 0; kind < ARRAY_COUNT(kinds); kind++) {
        const struct acpi_table *table = acpi_table_find(directory, kinds[kind].signature, 0);
        uint32_t count = table ? kinds[kind].read(table, NULL, units, UNIT_COUNT) : 0;
        for (uint32_t i = 0; i < count; i++)
            if (numbered_add(units[i].base, kinds[kind].size, "remapping unit", i) == RESULT_NO_MEMORY)
                return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

static struct physical ecam_bus(const struct acpi_mcfg_entry *entry, uint32_t bus)
{
    return (struct physical){entry->base.address + ((uint64_t)bus << ECAM_BUS_SHIFT)};
}

// Bus by bus: some firmware lists 256 buses where the IOAPIC and the local APICs are within the last.
static enum result ecam_add(const struct acpi_mcfg_entry *entry)
{
    char owner[CLAIM_OWNER_TEXT];

    owner_format(owner, ECAM_KIND, entry->segment);
    for (uint32_t bus = entry->start_bus; bus <= entry->end_bus; bus++) {
        struct physical base = ecam_bus(entry, bus);
        const struct claim *other = claim_against(base, ECAM_BUS_SIZE, CLAIM_FIXED, owner);
        if (other) {
            char what[REASON_TEXT];
            format_text(what, sizeof(what), "buses %u-%u are", bus, entry->end_bus);
            conflict_report(owner, base, other, what);
            return RESULT_OK;
        }
        if (claim_add(base, ECAM_BUS_SIZE, CLAIM_FIXED, "%s", owner) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

static enum result ecams_add(const struct firmware_tables *tables)
{
    for (uint32_t i = 0; i < tables->mcfg_count; i++)
        if (ecam_add(&tables->mcfg[i]) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    return RESULT_OK;
}

static enum result ioapics_add(const struct acpi_madt *madt)
{
    for (uint32_t i = 0; i < madt->ioapic_count; i++)
        if (numbered_add(madt->ioapics[i].address, IOAPIC_SIZE, "IOAPIC", madt->ioapics[i].id) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    return RESULT_OK;
}

// Those that this kernel or the firmware accesses, whatever the FADT says of legacy devices. Serial ports are not among
// them: they may be a function's.
static enum result ports_add(const struct acpi_directory *directory)
{
    static const struct {
        uint16_t first, count;
        const char *owner;
    } own[] = {
        {0x00, 0x10, "DMA controller"},
        {0x20, 2, "8259"},
        {0x40, 4, "8254"},
        {0x60, 1, "keyboard"},
        {0x61, 1, "NMI status"},
        {0x64, 1, "keyboard"},
        {0x70, 2, "RTC"},
        {0x80, 0x10, "DMA pages"},
        {0xa0, 2, "8259"},
        {0xc0, 0x20, "DMA controller"},
        {0xcf8, 8, "PCI configuration"},
    };
    const struct acpi_table *fadt = acpi_table_find(directory, "FACP", 0);
    struct acpi_fadt_ports ports;

    for (uint32_t i = 0; i < ARRAY_COUNT(own); i++)
        if (claim_add_ports(own[i].first, own[i].count, CLAIM_FIXED, own[i].owner) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    for (uint32_t i = 0; fadt && acpi_fadt_ports_get(fadt, i, &ports); i++)
        if (claim_add_ports(ports.first, ports.count, CLAIM_FIXED, ports.name) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    return RESULT_OK;
}

enum result firmware_claims_add_registers(const struct firmware_tables *tables)
{
    struct physical usual = {LOCAL_APIC_USUAL};
    enum result result =
        registers_add(tables->has_madt ? tables->madt.local_apic : usual, LOCAL_APIC_SIZE, "local APIC");

    if (result != RESULT_NO_MEMORY && tables->has_madt)
        result = ioapics_add(&tables->madt);
    if (result != RESULT_NO_MEMORY)
        result = hpets_add(&tables->directory);
    if (result != RESULT_NO_MEMORY)
        result = remap_units_add(&tables->directory);
    if (result != RESULT_NO_MEMORY)
        result = ecams_add(tables);
    return result == RESULT_NO_MEMORY ? result : ports_add(&tables->directory);
}

bool firmware_claims_stand(struct physical base, const char *kind, uint32_t number)
{
    char owner[CLAIM_OWNER_TEXT];

    return claim_is_of(base, owner_format(owner, kind, number));
}

uint32_t firmware_claims_ecam_buses(const struct acpi_mcfg_entry *entry)
{
    char owner[CLAIM_OWNER_TEXT];
    uint32_t bus = entry->start_bus;

    owner_format(owner, ECAM_KIND, entry->segment);
    while (bus <= entry->end_bus && claim_is_of(ecam_bus(entry, bus), owner))
        bus++;
    return bus - entry->start_bus;
}
