// Which of a DMAR's units is responsible for what.

#include "arch/acpi/acpi_dmar.h"

// Element `index` of the way from the root to the function, the function itself being the last.
static struct acpi_remap_address way_at(const struct acpi_remap_function *function, uint32_t index)
{
    return index < function->bridge_count ? function->bridges[function->bridge_count - 1 - index] : function->address;
}

// Do the scope's pairs stand on the way, from `first` on?
static bool path_stands(const struct acpi_dmar_scope *scope, const struct acpi_remap_function *function, uint32_t first)
{
    if (way_at(function, first).bus != scope->start_bus || scope->path_length > function->bridge_count + 1 - first)
        return false;
    for (uint32_t i = 0; i < scope->path_length; i++) {
        struct acpi_remap_address at = way_at(function, first + i);
        if (scope->path[2 * i] != at.device || scope->path[2 * i + 1] != at.function)
            return false;
    }
    return true;
}

// Depth, from 1 at the root, of the path element that the scope names; 0: the scope names none.
static uint32_t scope_depth(const struct acpi_dmar_scope *scope, const struct acpi_remap_function *function)
{
    for (uint32_t first = 0; first <= function->bridge_count; first++)
        if (path_stands(scope, function, first))
            return first + scope->path_length;
    return 0;
}

static bool takes_below(const struct acpi_dmar_scope *scope)
{
    return scope->type == ACPI_DMAR_SCOPE_BRIDGE;
}

// scope_depth(), or 0 when the scope's type does not cover the function.
static uint32_t scope_cover(const struct acpi_dmar_scope *scope, const struct acpi_remap_function *function)
{
    uint32_t depth = scope_depth(scope, function);

    if (scope->type == ACPI_DMAR_SCOPE_ACPI || (!takes_below(scope) && depth != function->bridge_count + 1))
        return 0;
    return depth;
}

bool acpi_dmar_scope_covers(const struct acpi_dmar_scope *scope, const struct acpi_remap_function *function)
{
    return scope_cover(scope, function) != 0;
}

// The greatest depth of the record's scopes, or 0.
static uint32_t record_cover(const struct acpi_dmar_record *record, const struct acpi_remap_function *function)
{
    struct acpi_walk walk;
    struct acpi_dmar_scope scope;
    uint32_t deepest = 0;

    acpi_dmar_scope_begin(record, &walk);
    while (acpi_dmar_scope_next(&walk, NULL, &scope)) {
        uint32_t depth = scope_cover(&scope, function);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

// Adds a matching unit; the same unit named twice counts once.
static void claim(struct acpi_remap_match *match, const struct acpi_dmar_record *record, const char *fault_if_second)
{
    bool is_first = match->unit.base.address == 0;

    if (!is_first && match->unit.base.address != record->base.address)
        match->fault = fault_if_second;
    if (is_first)
        *match = (struct acpi_remap_match){NULL, {record->base, record->segment}, match->source};
}

// The next usable unit.
static bool unit_next(struct acpi_dmar *dmar, struct acpi_dmar_record *record)
{
    while (acpi_dmar_next(dmar, record))
        if (record->type == ACPI_DMAR_DRHD && record->base.address)
            return true;
    return false;
}

struct acpi_remap_match acpi_dmar_unit_of(const struct acpi_table *table, const struct acpi_remap_function *function)
{
    uint16_t source = acpi_remap_source(function->address);
    struct acpi_remap_match named = {.source = source}, others = {.source = source};
    struct acpi_dmar dmar;
    struct acpi_dmar_record record;
    uint32_t deepest = 0;

    acpi_dmar_begin(&dmar, table, NULL);
    while (unit_next(&dmar, &record)) {
        if (record.segment != function->segment)
            continue;
        uint32_t depth = record_cover(&record, function);
        if (depth > deepest)
            named = (struct acpi_remap_match){.source = source};
        deepest = depth > deepest ? depth : deepest;
        if (depth && depth == deepest)
            claim(&named, &record, "two units name it");
        if (record.flags & ACPI_DMAR_INCLUDE_ALL)
            claim(&others, &record, "two units of its segment take all that no other names");
    }
    if (deepest)
        return named;
    if (!others.unit.base.address)
        others.fault = "no unit names it, and none of its segment takes all others";
    return others;
}

// Matches a scope of this type by function, else by ID, else any.
struct wanted {
    uint8_t type;
    const struct acpi_remap_function *at;
    uint32_t id;
    bool is_any;
};

static bool is_wanted(const struct wanted *wanted, const struct acpi_dmar_record *record,
                      const struct acpi_dmar_scope *scope)
{
    if (scope->type != wanted->type)
        return false;
    if (wanted->at)
        return record->segment == wanted->at->segment && acpi_dmar_scope_covers(scope, wanted->at);
    return wanted->is_any || scope->enumeration_id == wanted->id;
}

static struct acpi_remap_match match_scope(const struct acpi_table *table, struct wanted wanted)
{
    struct acpi_remap_match match = {0};
    struct acpi_dmar dmar;
    struct acpi_dmar_record record;
    struct acpi_dmar_scope scope;
    struct acpi_walk walk;
    uint32_t count = 0;

    acpi_dmar_begin(&dmar, table, NULL);
    while (unit_next(&dmar, &record)) {
        acpi_dmar_scope_begin(&record, &walk);
        while (acpi_dmar_scope_next(&walk, NULL, &scope)) {
            if (!is_wanted(&wanted, &record, &scope))
                continue;
            count++;
            claim(&match, &record, "two units name it");
            // Of a longer path only the last pair is known without the bridges' bus numbers.
            const uint8_t *last = scope.path + 2 * (scope.path_length - 1);
            match.source = acpi_remap_source((struct acpi_remap_address){scope.start_bus, last[0] & 0x1f, last[1] & 7});
        }
    }
    if (count == 0 || (wanted.is_any && count > 1))
        match.fault = "no unit names it";
    return match;
}

struct acpi_remap_match acpi_dmar_unit_of_ioapic(const struct acpi_table *table, const struct acpi_remap_ioapic *ioapic)
{
    struct wanted wanted = {.type = ACPI_DMAR_SCOPE_IOAPIC, .at = ioapic->at, .id = ioapic->id};
    struct acpi_remap_match match = match_scope(table, wanted);

    wanted.at = NULL;
    if (match.fault && ioapic->at)
        match = match_scope(table, wanted);
    wanted.is_any = true;
    return match.fault && ioapic->is_only ? match_scope(table, wanted) : match;
}

struct acpi_remap_match acpi_dmar_unit_of_hpet(const struct acpi_table *table, uint8_t number)
{
    return match_scope(table, (struct wanted){.type = ACPI_DMAR_SCOPE_HPET, .id = number});
}
