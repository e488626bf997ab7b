// Ranges of the address space into which physical memory is mapped on demand, and stays.

#include "arch/paging/window.h"
#include "kernel/runtime/heap.h"

struct window_range {
    struct window_range *next;
    struct physical base; // page aligned
    uint64_t size;
    uint64_t address;
};

static const struct window_range *range_holding(const struct window *window, struct physical base, uint64_t size)
{
    for (const struct window_range *range = window->ranges; range != NULL; range = range->next) {
        uint64_t into = base.address - range->base.address;
        if (base.address >= range->base.address && into < range->size && size <= range->size - into)
            return range;
    }
    return NULL;
}

// The first free address that lies as far into a large page as `base` does, so that large pages can be used.
static uint64_t address_congruent(const struct window *window, struct physical base, uint64_t size)
{
    uint32_t level = PAGE_TABLE_LEVEL_1G;
    while (level > PAGE_TABLE_LEVEL_4K && size < page_table_entry_size(level))
        level--;
    uint64_t page = page_table_entry_size(level);
    return window->next + (base.address - window->next) % page;
}

static enum result range_add(struct window *window, const struct page_map *map, struct physical base, uint64_t size,
                             const struct window_range **added)
{
    uint64_t address = address_congruent(window, base, size);
    if (address > window->end || size > window->end - address)
        return RESULT_NO_MEMORY;
    struct window_range *range = heap_allocate(sizeof(*range));
    if (range == NULL)
        return RESULT_NO_MEMORY;
    window->next = address + size; // also on failure: half a mapping must not be handed out again
    enum result result = page_map_range(map, address, base, size, window->attributes);
    if (result != RESULT_OK) {
        heap_free(range);
        return result;
    }
    *range = (struct window_range){window->ranges, base, size, address};
    window->ranges = range;
    *added = range;
    return RESULT_OK;
}

enum result window_map(struct window *window, const struct page_map *map, uint32_t width, struct physical base,
                       uint64_t size, void **pointer)
{
    uint64_t last;
    if (size == 0 || __builtin_add_overflow(base.address, size - 1, &last) || last >> width != 0)
        return RESULT_INVALID;
    const struct window_range *range = range_holding(window, base, size);
    if (range == NULL) {
        struct physical first = {base.address & ~(PAGE_SIZE - 1)};
        uint64_t whole = (last & ~(PAGE_SIZE - 1)) + PAGE_SIZE - first.address;
        enum result result = range_add(window, map, first, whole, &range);
        if (result != RESULT_OK)
            return result;
    }
    *pointer = (void *)(range->address + (base.address - range->base.address));
    return RESULT_OK;
}
