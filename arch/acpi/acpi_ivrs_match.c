// Which of an IVRS' units is responsible for what.

#include "arch/acpi/acpi_ivrs.h"

// Does one block cover the ID? The last entry that does decides about the alias.
static bool block_covers(const struct acpi_ivrs_block *block, uint16_t id, uint16_t *source)
{
    struct acpi_ivrs_entries entries;
    struct acpi_ivrs_entry entry, start = {0};
    bool is_covered = false;

    acpi_ivrs_entry_begin(block, &entries);
    while (acpi_ivrs_entry_next(&entries, &entry)) {
        bool is_alias = entry.type == ACPI_IVRS_ALIAS_SELECT;
        bool is_here = entry.type == ACPI_IVRS_ALL;
        if (is_alias || entry.type == ACPI_IVRS_SELECT || entry.type == ACPI_IVRS_EXTENDED_SELECT ||
            entry.type == ACPI_IVRS_ACPI_NAME)
            is_here = entry.device_id == id;
        if (entry.type == ACPI_IVRS_RANGE_END) {
            is_alias = start.type == ACPI_IVRS_ALIAS_RANGE_START;
            is_here = start.type && start.device_id <= id && id <= entry.device_id;
            entry.source = start.source;
            start.type = 0;
        } else if (entry.type == ACPI_IVRS_RANGE_START || entry.type == ACPI_IVRS_ALIAS_RANGE_START ||
                   entry.type == ACPI_IVRS_EXTENDED_RANGE_START) {
            start = entry;
        }
        if (is_here) {
            *source = is_alias ? entry.source : id;
            is_covered = true;
        }
    }
    return is_covered;
}

// The next block that describes a unit best and can be used.
static bool unit_next(struct acpi_ivrs *ivrs, const struct acpi_table *table, struct acpi_ivrs_block *block)
{
    while (acpi_ivrs_next(ivrs, block))
        if (block->base.address && acpi_ivrs_is_best(table, block))
            return true;
    return false;
}

static void claim(struct acpi_remap_match *match, const struct acpi_ivrs_block *block, uint16_t source)
{
    if (match->unit.base.address && match->unit.base.address != block->base.address)
        match->fault = "two units name it";
    else
        *match = (struct acpi_remap_match){NULL, {block->base, block->segment}, source};
}

static struct acpi_remap_match match_id(const struct acpi_table *table, uint16_t segment, uint16_t id)
{
    struct acpi_remap_match match = {0};
    struct acpi_ivrs ivrs;
    struct acpi_ivrs_block block;
    uint16_t source;

    acpi_ivrs_begin(&ivrs, table, NULL);
    while (unit_next(&ivrs, table, &block))
        if (block.segment == segment && block_covers(&block, id, &source))
            claim(&match, &block, source);
    if (!match.unit.base.address)
        match.fault = "no unit names it or a bridge above it";
    return match;
}

struct acpi_remap_match acpi_ivrs_unit_of(const struct acpi_table *table, const struct acpi_remap_function *function)
{
    struct acpi_remap_match match = match_id(table, function->segment, acpi_remap_source(function->address));

    for (uint32_t i = 0; i < function->bridge_count && !match.unit.base.address; i++)
        match = match_id(table, function->segment, acpi_remap_source(function->bridges[i]));
    return match;
}

// Matches a special entry of this variety by device ID, else by handle, else any.
struct wanted {
    uint8_t variety;
    const struct acpi_remap_function *at;
    uint8_t handle;
    bool is_any;
};

static bool is_wanted(const struct wanted *wanted, const struct acpi_ivrs_block *block,
                      const struct acpi_ivrs_entry *entry)
{
    if (entry->type != ACPI_IVRS_SPECIAL || entry->variety != wanted->variety)
        return false;
    if (wanted->at)
        return block->segment == wanted->at->segment && entry->source == acpi_remap_source(wanted->at->address);
    return wanted->is_any || entry->handle == wanted->handle;
}

static struct acpi_remap_match match_special(const struct acpi_table *table, struct wanted wanted)
{
    struct acpi_remap_match match = {0};
    struct acpi_ivrs ivrs;
    struct acpi_ivrs_block block;
    struct acpi_ivrs_entries entries;
    struct acpi_ivrs_entry entry;
    uint32_t count = 0;

    acpi_ivrs_begin(&ivrs, table, NULL);
    while (unit_next(&ivrs, table, &block)) {
        acpi_ivrs_entry_begin(&block, &entries);
        while (acpi_ivrs_entry_next(&entries, &entry)) {
            if (!is_wanted(&wanted, &block, &entry))
                continue;
            count++;
            claim(&match, &block, entry.source);
        }
    }
    if (count == 0 || (wanted.is_any && count > 1))
        match.fault = "no unit names it";
    return match;
}

struct acpi_remap_match acpi_ivrs_unit_of_ioapic(const struct acpi_table *table, const struct acpi_remap_ioapic *ioapic)
{
    struct wanted wanted = {.variety = ACPI_IVRS_IOAPIC, .at = ioapic->at, .handle = ioapic->id};
    struct acpi_remap_match match = match_special(table, wanted);

    wanted.at = NULL;
    if (match.fault && ioapic->at)
        match = match_special(table, wanted);
    wanted.is_any = true;
    return match.fault && ioapic->is_only ? match_special(table, wanted) : match;
}

struct acpi_remap_match acpi_ivrs_unit_of_hpet(const struct acpi_table *table, uint8_t number)
{
    return match_special(table, (struct wanted){.variety = ACPI_IVRS_HPET, .handle = number});
}
