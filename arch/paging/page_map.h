// Trees of page tables: ranges go in, translations come out. Reaches the tables by page_pointer().
#ifndef ARCH_PAGING_PAGE_MAP_H
#define ARCH_PAGING_PAGE_MAP_H

#include "arch/paging/page_table.h"
#include "kernel/lib/result.h"

struct page_map {
    struct physical root;
    uint32_t levels;       // 4 or 5
    uint32_t highest_leaf; // largest page used: PAGE_TABLE_LEVEL_1G where the processor has it
};

struct page_translation {
    struct physical target; // of the very address asked for
    uint64_t page_size;
    struct page_attributes attributes;
};

// Makes an empty tree; its root lies below `limit` (0: anywhere). RESULT_NO_MEMORY.
MUST_USE enum result page_map_create(struct page_map *map, uint64_t limit);

// Maps `size` bytes, all three page aligned, with the largest pages that fit exactly: nothing beyond the range becomes
// reachable. Pages already mapped to the same target keep their attributes. RESULT_NO_MEMORY; RESULT_BUSY where
// something else is mapped already; RESULT_INVALID for a bad alignment or a range that wraps.
MUST_USE enum result page_map_range(const struct page_map *map, uint64_t address, struct physical target, uint64_t size,
                                    struct page_attributes attributes);

// RESULT_NOT_FOUND where nothing is mapped. Any IRQL.
MUST_USE enum result page_map_find(const struct page_map *map, uint64_t address, struct page_translation *translation);

#endif
