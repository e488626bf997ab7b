// Physical pages and the direct map: memory is handed out by the page, zeroed, and never by the firmware's leftovers.
#ifndef KERNEL_RUNTIME_PAGE_H
#define KERNEL_RUNTIME_PAGE_H

#include "kernel/lib/result.h"

// The direct map: physical address p below PAGE_DIRECT_MAP_SIZE is readable at PAGE_DIRECT_MAP + p, for memory (not for
// devices).
#define PAGE_DIRECT_MAP      UINT64_C(0xffff800000000000)
#define PAGE_DIRECT_MAP_SIZE BIT(46)

// Gives a region of free memory to the allocator; only whole pages of it are used. Before any allocation.
void page_add_region(struct physical base, uint64_t size);

// `count` contiguous zeroed pages, all below `limit` (0: anywhere): the highest there are, which spares low memory for
// those who need it. RESULT_NO_MEMORY (logged), RESULT_INVALID for no pages. PASSIVE to DISPATCH; takes a lock.
MUST_USE enum result page_allocate(uint64_t count, uint64_t limit, struct physical *base);
void page_free(struct physical base, uint64_t count);
uint64_t page_free_total(void);
uint64_t page_total(void); // ever given to the allocator

// Both directions of the direct map. The pointer must come from page_pointer() or heap_allocate().
void *page_pointer(struct physical address);
struct physical page_physical(const void *pointer);

// The offset between physical addresses and pointers: PAGE_DIRECT_MAP once paging is up; 0 until then and in host
// tests.
void page_set_direct_map(uint64_t offset);

#endif
