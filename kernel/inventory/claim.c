// The table of claims on physical addresses.

#include "kernel/inventory/claim.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/heap.h"

enum { FIRST_ROOM = 64, PORT_COUNT = 0x10000 };

static struct claim *claims;
static uint32_t count;
static uint32_t room;

static bool is_range(struct physical base, uint64_t size)
{
    return size != 0 && base.address + (size - 1) >= base.address;
}

static bool is_port_range(uint64_t first, uint64_t ports)
{
    return ports != 0 && first < PORT_COUNT && ports <= PORT_COUNT - first;
}

static bool shares(const struct claim *claim, struct physical base, uint64_t size)
{
    return claim->base.address <= base.address + (size - 1) && base.address <= claim->base.address + (claim->size - 1);
}

static enum result table_grow(void)
{
    uint32_t wanted = room ? 2 * room : FIRST_ROOM;
    struct claim *grown = heap_allocate(wanted * sizeof(*grown));

    if (!grown)
        return RESULT_NO_MEMORY;
    if (count)
        memcpy(grown, claims, count * sizeof(*grown));
    heap_free(claims);
    claims = grown;
    room = wanted;
    return RESULT_OK;
}

// A memory map lists adjacent ranges: they become one claim.
static bool last_extend(const struct claim *claim)
{
    struct claim *last = count ? &claims[count - 1] : NULL;

    if (!last || last->rank != claim->rank || last->is_port != claim->is_port ||
        last->base.address + last->size != claim->base.address || strcmp(last->owner, claim->owner) != 0)
        return false;
    last->size += claim->size;
    return true;
}

static enum result table_add(const struct claim *claim)
{
    if (last_extend(claim))
        return RESULT_OK;
    if (count == room && table_grow() != RESULT_OK)
        return RESULT_NO_MEMORY;
    claims[count++] = *claim;
    return RESULT_OK;
}

enum result claim_add(struct physical base, uint64_t size, enum claim_rank rank, const char *owner_format, ...)
{
    struct claim claim = {.base = base, .size = size, .rank = rank};
    va_list arguments;

    if (!is_range(base, size))
        return RESULT_INVALID;
    va_start(arguments, owner_format);
    format_text_list(claim.owner, sizeof(claim.owner), owner_format, arguments);
    va_end(arguments);
    return table_add(&claim);
}

enum result claim_add_ports(uint64_t first, uint64_t ports, enum claim_rank rank, const char *owner)
{
    struct claim claim = {.base = {first}, .size = ports, .is_port = true, .rank = rank};

    if (!is_port_range(first, ports))
        return RESULT_INVALID;
    format_text(claim.owner, sizeof(claim.owner), "%s", owner);
    return table_add(&claim);
}

static const struct claim *conflict_find(const struct claim *wanted)
{
    const struct claim *found = NULL;

    for (uint32_t i = 0; i < count; i++) {
        const struct claim *claim = &claims[i];
        if (claim->is_port != wanted->is_port || claim->rank < wanted->rank || (found && claim->rank <= found->rank) ||
            !shares(claim, wanted->base, wanted->size))
            continue;
        if (strcmp(claim->owner, wanted->owner) != 0)
            found = claim;
    }
    return found;
}

const struct claim *claim_against(struct physical base, uint64_t size, enum claim_rank rank, const char *owner)
{
    struct claim wanted = {.base = base, .size = size, .rank = rank};

    format_text(wanted.owner, sizeof(wanted.owner), "%s", owner);
    return is_range(base, size) ? conflict_find(&wanted) : NULL;
}

const struct claim *claim_against_ports(uint64_t first, uint64_t ports, enum claim_rank rank, const char *owner)
{
    struct claim wanted = {.base = {first}, .size = ports, .is_port = true, .rank = rank};

    format_text(wanted.owner, sizeof(wanted.owner), "%s", owner);
    return is_port_range(first, ports) ? conflict_find(&wanted) : NULL;
}

bool claim_is_of(struct physical address, const char *owner)
{
    for (uint32_t i = 0; i < count; i++)
        if (!claims[i].is_port && shares(&claims[i], address, 1) && strcmp(claims[i].owner, owner) == 0)
            return true;
    return false;
}

const struct claim *claim_get(uint32_t index)
{
    return index < count ? &claims[index] : NULL;
}
