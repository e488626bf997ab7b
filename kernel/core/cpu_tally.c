// An open hash table.

#include "kernel/core/cpu_tally.h"
#include "kernel/core/host.h"

enum { ROOM_FIRST = 8, GROWTH = 4 };

// 2^32 divided by the golden ratio: spreads the upper bits of the products evenly, also for CPU numbers that differ by
// a group or domain size.
#define SPREAD UINT32_C(0x9e3779b9)

// The CPU's entry, or the free one it would get. The table always has a free entry, so the search ends.
static struct cpu_tally_entry *entry_of(const struct cpu_tally *tally, uint32_t cpu)
{
    uint32_t at = (uint32_t)((uint64_t)(cpu * SPREAD) * tally->room >> 32);

    while (tally->entries[at].owner && tally->entries[at].owner != cpu + 1)
        at = (at + 1) & (tally->room - 1);
    return &tally->entries[at];
}

static enum result grow(struct cpu_tally *tally)
{
    struct cpu_tally grown = {.room = tally->room ? GROWTH * tally->room : ROOM_FIRST, .used = tally->used};

    grown.entries = host_allocate(grown.room * sizeof(grown.entries[0]));
    if (!grown.entries)
        return RESULT_NO_MEMORY;
    grown.total = tally->total;
    for (uint32_t i = 0; i < tally->room; i++)
        if (tally->entries[i].owner)
            *entry_of(&grown, tally->entries[i].owner - 1) = tally->entries[i];
    host_free(tally->entries);
    *tally = grown;
    return RESULT_OK;
}

enum result cpu_tally_prepare(struct cpu_tally *tally, uint32_t cpu)
{
    struct cpu_tally_entry *entry = tally->room ? entry_of(tally, cpu) : NULL;

    if (entry && entry->owner)
        return RESULT_OK;
    // Grows at 5/8 full, to keep searches short.
    if (tally->used == tally->room / 8 * 5) {
        if (grow(tally) != RESULT_OK)
            return RESULT_NO_MEMORY;
        entry = entry_of(tally, cpu);
    }
    entry->owner = cpu + 1;
    tally->used++;
    return RESULT_OK;
}

void cpu_tally_add(struct cpu_tally *tally, uint32_t cpu, uint64_t count)
{
    entry_of(tally, cpu)->count += count;
    tally->total += count;
}

uint64_t cpu_tally_read(const struct cpu_tally *tally, uint32_t cpu)
{
    const struct cpu_tally_entry *entry = tally->room ? entry_of(tally, cpu) : NULL;

    return entry && entry->owner ? entry->count : 0;
}

void cpu_tally_release(struct cpu_tally *tally)
{
    host_free(tally->entries);
    *tally = (struct cpu_tally){0};
}
