// Trees of page tables: ranges go in, translations come out.

#include "arch/paging/page_map.h"
#include "kernel/runtime/page.h"

static uint64_t *table_pointer(struct physical table)
{
    return page_pointer(table);
}

static enum result table_create(uint64_t *entry)
{
    struct physical table;
    enum result result = page_allocate(1, 0, &table);
    if (result == RESULT_OK)
        *entry = page_table_link(table);
    return result;
}

// Descends to the entry of `address` at *level, or at the higher level where a larger page is mapped already; *level
// says which. Missing tables are made.
static enum result entry_reach(const struct page_map *map, uint64_t address, uint32_t *level, uint64_t **entry)
{
    uint64_t *table = table_pointer(map->root);
    for (uint32_t at = map->levels;; at--) {
        *entry = &table[page_table_index(address, at)];
        bool present = page_table_is_present(**entry);
        if (at == *level || (present && page_table_is_leaf(**entry, at))) {
            *level = at;
            return RESULT_OK;
        }
        if (!present) {
            enum result result = table_create(*entry);
            if (result != RESULT_OK)
                return result;
        }
        table = table_pointer(page_table_target(**entry, at));
    }
}

// Puts the leaf in, unless the same target is there already.
static enum result entry_fill(uint64_t *entry, uint32_t level, uint64_t address, struct physical target,
                              struct page_attributes attributes)
{
    if (!page_table_is_present(*entry)) {
        *entry = page_table_leaf(target, level, attributes);
        return RESULT_OK;
    }
    uint64_t into = address % page_table_entry_size(level);
    return page_table_target(*entry, level).address + into == target.address ? RESULT_OK : RESULT_BUSY;
}

// Maps one page at the start of the range, as large as fits, and answers how many bytes that covers.
static enum result page_put(const struct page_map *map, uint64_t address, struct physical target, uint64_t size,
                            struct page_attributes attributes, uint64_t *covered)
{
    uint32_t wanted = page_table_best_level(address, target, size, map->highest_leaf);
    for (;; wanted--) {
        uint32_t level = wanted;
        uint64_t *entry;
        enum result result = entry_reach(map, address, &level, &entry);
        if (result != RESULT_OK)
            return result;
        if (page_table_is_present(*entry) && !page_table_is_leaf(*entry, level))
            continue; // smaller pages are mapped here already: fill in between them
        uint64_t page = page_table_entry_size(level);
        *covered = page - address % page;
        return entry_fill(entry, level, address, target, attributes);
    }
}

enum result page_map_create(struct page_map *map, uint64_t limit)
{
    return page_allocate(1, limit, &map->root);
}

enum result page_map_range(const struct page_map *map, uint64_t address, struct physical target, uint64_t size,
                           struct page_attributes attributes)
{
    uint64_t end;
    if ((address | target.address | size) % PAGE_SIZE != 0 || size == 0 ||
        __builtin_add_overflow(address, size - 1, &end) || __builtin_add_overflow(target.address, size - 1, &end))
        return RESULT_INVALID;
    while (size != 0) {
        uint64_t covered = 0;
        enum result result = page_put(map, address, target, size, attributes, &covered);
        if (result != RESULT_OK)
            return result;
        if (covered >= size)
            break;
        address += covered;
        target.address += covered;
        size -= covered;
    }
    return RESULT_OK;
}

enum result page_map_find(const struct page_map *map, uint64_t address, struct page_translation *translation)
{
    const uint64_t *table = table_pointer(map->root);
    for (uint32_t level = map->levels; level > 0; level--) {
        uint64_t entry = table[page_table_index(address, level)];
        if (!page_table_is_present(entry))
            break;
        if (page_table_is_leaf(entry, level)) {
            uint64_t page = page_table_entry_size(level);
            *translation = (struct page_translation){
                .target = {page_table_target(entry, level).address + address % page},
                .page_size = page,
                .attributes = page_table_attributes(entry),
            };
            return RESULT_OK;
        }
        table = table_pointer(page_table_target(entry, level));
    }
    return RESULT_NOT_FOUND;
}
