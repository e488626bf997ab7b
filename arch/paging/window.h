// Ranges of the address space into which physical memory is mapped on demand, and stays.
#ifndef ARCH_PAGING_WINDOW_H
#define ARCH_PAGING_WINDOW_H

#include "arch/paging/page_map.h"

struct window_range;

struct window {
    uint64_t next; // first address not handed out
    uint64_t end;
    struct page_attributes attributes;
    struct window_range *ranges; // what is mapped, latest first
};

// Answers a pointer to `base`, whose `size` bytes are mapped with the window's attributes. A range inside one that was
// mapped before gets the pointer into that. RESULT_NO_MEMORY; RESULT_INVALID for zero size, a wrap, or an address
// beyond `width` bits. PASSIVE, boot CPU.
MUST_USE enum result window_map(struct window *window, const struct page_map *map, uint32_t width, struct physical base,
                                uint64_t size, void **pointer);

#endif
