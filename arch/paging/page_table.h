// Page table entries as words: pure encoding of 4-level and 5-level paging (Intel SDM vol. 3, 4.5).
#ifndef ARCH_PAGING_PAGE_TABLE_H
#define ARCH_PAGING_PAGE_TABLE_H

#include "kernel/lib/types.h"

// Levels as the manual counts them: 1 holds 4 KiB pages, 2 (page directory) 2 MiB, 3 (directory pointers) 1 GiB.
enum { PAGE_TABLE_ENTRY_COUNT = 512, PAGE_TABLE_LEVEL_4K = 1, PAGE_TABLE_LEVEL_2M = 2, PAGE_TABLE_LEVEL_1G = 3 };

// What a mapping allows. Reading is always allowed; user mode never.
struct page_attributes {
    bool writable;
    bool executable;
    bool uncached;        // PCD and PWT: PAT entry 3, UC after reset
    bool write_combining; // PWT alone: PAT entry 1, which paging_activate() makes WC
};

// The index of `address` in a table of that level, and the bytes one entry of that level covers.
uint32_t page_table_index(uint64_t address, uint32_t level);
uint64_t page_table_entry_size(uint32_t level);

// An entry that points at the next table, and one that maps a page. `target` must be aligned to a page, or to
// page_table_entry_size(level).
uint64_t page_table_link(struct physical target);
uint64_t page_table_leaf(struct physical target, uint32_t level, struct page_attributes attributes);

bool page_table_is_present(uint64_t entry);
bool page_table_is_leaf(uint64_t entry, uint32_t level);
struct physical page_table_target(uint64_t entry, uint32_t level);
struct page_attributes page_table_attributes(uint64_t entry);

// The largest level, `highest` at most, whose pages fit a range that starts at both addresses and is `size` long.
uint32_t page_table_best_level(uint64_t address, struct physical target, uint64_t size, uint32_t highest);

#endif
