// Stacks, each above a page that is never mapped: running over faults instead of spoiling a neighbour.

#include "arch/paging/paging.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

enum { STACK_PAGES_LIMIT = 256 };

static uint64_t next_guard = PAGING_STACK_WINDOW;

enum result paging_stack_create(uint64_t pages, void **top)
{
    if (pages == 0 || pages > STACK_PAGES_LIMIT)
        return RESULT_INVALID;
    struct physical base;
    enum result result = page_allocate(pages, 0, &base);
    if (result == RESULT_OK) {
        uint64_t bottom = next_guard + PAGE_SIZE;
        next_guard = bottom + pages * PAGE_SIZE;
        result =
            page_map_range(paging_map(), bottom, base, pages * PAGE_SIZE, (struct page_attributes){.writable = true});
    }
    if (result != RESULT_OK) {
        log_error("paging: no stack of %llu pages: %s", (unsigned long long)pages, result_name(result));
        return result;
    }
    *top = (void *)next_guard;
    return RESULT_OK;
}

bool paging_is_stack_guard(uint64_t address)
{
    struct page_translation translation;
    return address >= PAGING_STACK_WINDOW && address < next_guard &&
           paging_walk(address, &translation) == RESULT_NOT_FOUND;
}
