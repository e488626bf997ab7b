// The MCFG: where the memory-mapped configuration space of each PCI segment lies.

#include "arch/acpi/acpi_mcfg.h"
#include "kernel/lib/memory.h"

struct wire_entry {
    uint64_t base;
    uint16_t segment;
    uint8_t start_bus;
    uint8_t end_bus;
    uint32_t reserved;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_entry) == 16, "wire size");

enum {
    FIXED_SIZE = ACPI_HEADER_SIZE + 8, // eight reserved bytes follow the header
    BUS_SHIFT = 20,                    // 32 devices of 8 functions of 4 KiB
};

static bool is_zero(const struct wire_entry *entry)
{
    static const struct wire_entry zero;
    return memcmp(entry, &zero, sizeof(zero)) == 0;
}

static bool is_claimed(const struct wire_entry *entry, const struct acpi_mcfg_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].segment == entry->segment && entries[i].start_bus <= entry->end_bus &&
            entry->start_bus <= entries[i].end_bus) {
            return true;
        }
    }
    return false;
}

// Why an entry cannot be used; NULL when it can.
static const char *refusal(const struct wire_entry *entry, const struct acpi_mcfg_entry *entries, uint32_t count)
{
    uint64_t end = ((uint64_t)entry->end_bus + 1) << BUS_SHIFT;
    if (entry->base == 0) {
        return "base address is 0 in the entry at offset";
    }
    if ((entry->base & BITS(BUS_SHIFT - 1, 0)) != 0) {
        return "base address is not on a 1 MiB boundary in the entry at offset";
    }
    if (entry->end_bus < entry->start_bus) {
        return "last bus is below the first in the entry at offset";
    }
    if (entry->base > UINT64_MAX - end) {
        return "last bus lies beyond the address space in the entry at offset";
    }
    return is_claimed(entry, entries, count) ? "buses already belong to an earlier entry, at offset" : NULL;
}

uint32_t acpi_mcfg_entry_room(const struct acpi_table *table)
{
    return acpi_table_has(table, 0, FIXED_SIZE) ? (table->length - FIXED_SIZE) / sizeof(struct wire_entry) : 0;
}

uint32_t acpi_mcfg_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_mcfg_entry *entries,
                        uint32_t capacity)
{
    uint32_t count = 0;
    uint32_t room = acpi_mcfg_entry_room(table);
    for (uint32_t i = 0; i < room; i++) {
        uint32_t offset = FIXED_SIZE + i * (uint32_t)sizeof(struct wire_entry);
        struct wire_entry entry;
        memcpy(&entry, table->bytes + offset, sizeof(entry));
        const char *fault = is_zero(&entry)     ? "padding of zeros at offset"
                            : count == capacity ? "more entries than there is room for, left out at offset"
                                                : refusal(&entry, entries, count);
        if (fault) {
            acpi_findings_add(findings, table->signature, fault, offset);
            continue;
        }
        entries[count++] = (struct acpi_mcfg_entry){{entry.base}, entry.segment, entry.start_bus, entry.end_bus};
    }
    uint32_t used = FIXED_SIZE + room * (uint32_t)sizeof(struct wire_entry);
    if (table->length != used) {
        const char *what = table->length < used ? "shorter than its fixed part: length" : "padding, to length";
        acpi_findings_add(findings, table->signature, what, table->length);
    }
    return count;
}
