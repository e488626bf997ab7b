// The allocator of zeroed physical pages, and the direct map.
#ifndef KERNEL_RUNTIME_PAGE_H
#define KERNEL_RUNTIME_PAGE_H

#include "kernel/lib/result.h"

// The direct map: physical address p below PAGE_DIRECT_MAP_SIZE is mapped at PAGE_DIRECT_MAP + p; memory only, no
// devices.
#define PAGE_DIRECT_MAP      UINT64_C(0xffff800000000000)
#define PAGE_DIRECT_MAP_SIZE BIT(46)

// Gives a region of free memory to the allocator; only whole pages of it are used. Before any allocation.
void page_add_region(struct physical base, uint64_t size);

// `count` contiguous zeroed pages, all below `limit` (0: anywhere): the highest that are free, to keep low memory.
// RESULT_NO_MEMORY (logged); RESULT_INVALID: count 0. PASSIVE to DISPATCH; takes a lock.
MUST_USE enum result page_allocate(uint64_t count, uint64_t limit, struct physical *base);
void page_free(struct physical base, uint64_t count);
uint64_t page_free_total(void);
uint64_t page_total(void); // pages given to the allocator since start-up

// Both directions of the direct map. The pointer must come from page_pointer() or heap_allocate().
void *page_pointer(struct physical address);
struct physical page_physical(const void *pointer);

// The offset between physical addresses and pointers: PAGE_DIRECT_MAP once paging is up; 0 until then and in host
// tests.
void page_set_direct_map(uint64_t offset);

#endif
