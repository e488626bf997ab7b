// What controller and driver share: one contiguous run of pages, laid out once.

#include "drivers/xhci/xhci_memory.h"

// The table of the scratchpad's pages, then the pages: xHCI specification 1.2, 4.20.
static void lay_out_scratchpad(const struct xhci_memory *memory, uint32_t table, uint32_t pages, uint32_t table_pages)
{
    uint64_t *directory = xhci_memory_pointer(memory, XHCI_MEMORY_DIRECTORY);
    uint64_t *entries = xhci_memory_pointer(memory, table);
    uint64_t first = xhci_memory_physical(memory, table).address + table_pages * PAGE_SIZE;

    directory[0] = xhci_memory_physical(memory, table).address;
    for (uint32_t i = 0; i < pages; i++)
        entries[i] = first + i * PAGE_SIZE;
}

enum result xhci_memory_allocate(struct xhci_memory *memory, uint32_t interrupters, uint32_t scratch_pages,
                                 uint64_t limit)
{
    uint32_t table = XHCI_MEMORY_EVENTS + interrupters * (uint32_t)PAGE_SIZE;
    uint32_t table_pages = (uint32_t)((scratch_pages * sizeof(uint64_t) + PAGE_SIZE - 1) / PAGE_SIZE);
    uint64_t page_count = table / PAGE_SIZE + table_pages + scratch_pages;
    enum result result = page_allocate(page_count, limit, &memory->base);

    if (result != RESULT_OK)
        return result;
    memory->page_count = page_count;
    if (scratch_pages)
        lay_out_scratchpad(memory, table, scratch_pages, table_pages);
    return RESULT_OK;
}

void xhci_memory_free(struct xhci_memory *memory)
{
    if (memory->page_count)
        page_free(memory->base, memory->page_count);
    memory->page_count = 0;
}

struct physical xhci_memory_physical(const struct xhci_memory *memory, uint32_t offset)
{
    return (struct physical){memory->base.address + offset};
}

void *xhci_memory_pointer(const struct xhci_memory *memory, uint32_t offset)
{
    return page_pointer(xhci_memory_physical(memory, offset));
}
