// Free memory as a list of extents, highest address first; an extent's record is in its first page.
//
// Allocates from the top of the highest extent that fits, to keep low memory for start-up code (below 1 MiB) and 32-bit
// devices. No work per free page, so boot time does not grow with memory size.

#include "kernel/runtime/page.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/log.h"

struct extent {
    uint64_t below; // physical address of the next lower extent; 0 ends the list
    uint64_t count; // pages
};

static struct spinlock lock;
static uint64_t highest; // physical address of the first extent
static uint64_t free_total;
static uint64_t given_total;
static uint64_t direct_map;

static struct extent *extent_at(uint64_t address)
{
    return page_pointer((struct physical){address});
}

static uint64_t extent_end(uint64_t address)
{
    return address + extent_at(address)->count * PAGE_SIZE;
}

// Inserts free pages in address order and merges them with adjacent extents. False: they overlap an extent.
static bool extent_insert(uint64_t base, uint64_t count)
{
    uint64_t *above = NULL; // link to the extent above
    uint64_t *link = &highest;

    while (*link > base) {
        above = link;
        link = &extent_at(*link)->below;
    }
    uint64_t below = *link;
    uint64_t end = base + count * PAGE_SIZE;
    if ((above && *above < end) || (below && extent_end(below) > base))
        return false;

    *extent_at(base) = (struct extent){.below = below, .count = count};
    if (above && *above == end) {
        extent_at(base)->count += extent_at(*above)->count;
        link = above;
    }
    *link = base;
    if (below && extent_end(below) == base) {
        extent_at(below)->count += extent_at(base)->count;
        *link = below;
    }
    free_total += count;
    return true;
}

// Removes [base, base + count pages) from the extent at `link`, which contains it.
static void extent_cut(uint64_t *link, uint64_t base, uint64_t count)
{
    uint64_t start = *link;
    uint64_t end = extent_end(start);
    uint64_t cut_end = base + count * PAGE_SIZE;
    uint64_t below = extent_at(start)->below;

    *link = below;
    if (base > start) {
        *extent_at(start) = (struct extent){.below = below, .count = (base - start) / PAGE_SIZE};
        *link = start;
    }
    if (cut_end < end) {
        *extent_at(cut_end) = (struct extent){.below = *link, .count = (end - cut_end) / PAGE_SIZE};
        *link = cut_end;
    }
    free_total -= count;
}

// The highest `count` free pages below `limit`; 0 when there are none.
static uint64_t extent_take(uint64_t count, uint64_t limit)
{
    for (uint64_t *link = &highest; *link; link = &extent_at(*link)->below) {
        uint64_t start = *link;
        uint64_t end = extent_end(start) < limit ? extent_end(start) : limit;
        if (end <= start || (end - start) / PAGE_SIZE < count)
            continue;
        uint64_t base = end - count * PAGE_SIZE;
        extent_cut(link, base, count);
        return base;
    }
    return 0;
}

// Page 0 is never used: address 0 means "none".
void page_add_region(struct physical base, uint64_t size)
{
    uint64_t start = base.address ? (base.address + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1) : PAGE_SIZE;
    uint64_t end = (base.address + size) & ~(PAGE_SIZE - 1);
    if (base.address + size < base.address || start < base.address || start >= end)
        return;

    bool were_on = spinlock_acquire(&lock);
    bool fits = extent_insert(start, (end - start) / PAGE_SIZE);
    if (fits)
        given_total += (end - start) / PAGE_SIZE;
    spinlock_release(&lock, were_on);
    if (!fits)
        log_warning("page: region 0x%llx..0x%llx overlaps one added before, left out", (unsigned long long)start,
                    (unsigned long long)end);
}

enum result page_allocate(uint64_t count, uint64_t limit, struct physical *base)
{
    if (!count)
        return RESULT_INVALID;

    bool were_on = spinlock_acquire(&lock);
    uint64_t address = extent_take(count, (limit ? limit : UINT64_MAX) & ~(PAGE_SIZE - 1));
    spinlock_release(&lock, were_on);
    if (!address) {
        log_error("page: no %llu contiguous pages below 0x%llx, %llu free in all", (unsigned long long)count,
                  (unsigned long long)limit, (unsigned long long)page_free_total());
        return RESULT_NO_MEMORY;
    }
    base->address = address;
    memset(page_pointer(*base), 0, count * PAGE_SIZE);
    return RESULT_OK;
}

void page_free(struct physical base, uint64_t count)
{
    if (!count)
        return;

    bool were_on = spinlock_acquire(&lock);
    bool fits = extent_insert(base.address, count);
    spinlock_release(&lock, were_on);
    if (!fits)
        log_error("page: %llu pages at 0x%llx freed while free", (unsigned long long)count,
                  (unsigned long long)base.address);
}

uint64_t page_free_total(void)
{
    return __atomic_load_n(&free_total, __ATOMIC_RELAXED);
}

uint64_t page_total(void)
{
    return __atomic_load_n(&given_total, __ATOMIC_RELAXED);
}

void *page_pointer(struct physical address)
{
    return (void *)(uintptr_t)(address.address + direct_map);
}

struct physical page_physical(const void *pointer)
{
    return (struct physical){(uintptr_t)pointer - direct_map};
}

void page_set_direct_map(uint64_t offset)
{
    direct_map = offset;
}
