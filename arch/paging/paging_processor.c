// What other processors need of the address space: the local APIC's page, and a way in from real mode.

#include "arch/handoff.h"
#include "arch/paging/paging.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

// A start-up page's number is the vector of the start-up IPI (Intel SDM vol. 3, 9.4.4.1). The first page holds the
// real-mode vectors; from 0x9f000 up old firmware keeps its extended data.
#define STARTUP_FIRST UINT64_C(0x1000)
#define STARTUP_END   UINT64_C(0x9f000)
#define FOUR_GIGABYTE UINT64_C(0x100000000)

enum result paging_map_local_apic(struct physical base)
{
    enum result result = page_map_range(paging_map(), ARCH_LOCAL_APIC_VIRTUAL, base, PAGE_SIZE,
                                        (struct page_attributes){.writable = true, .uncached = true});
    if (result != RESULT_OK)
        log_error("paging: local APIC at 0x%llx: %s", (unsigned long long)base.address, result_name(result));
    return result;
}

// The highest page: faulty firmware overwrites low pages more often.
static uint64_t highest_startup_page(const struct handoff_region *region, enum handoff_memory kind)
{
    uint64_t end = region->base + region->size;
    if (end > STARTUP_END)
        end = STARTUP_END;
    if (region->kind != kind || end < STARTUP_FIRST + PAGE_SIZE || region->base > end - PAGE_SIZE)
        return 0;
    return end - PAGE_SIZE;
}

static uint64_t startup_page_of(enum handoff_memory kind)
{
    const struct handoff_region *regions = handoff_regions();
    uint64_t highest = 0;

    for (uint32_t i = 0; i < handoff_get()->region_count; i++) {
        uint64_t candidate = highest_startup_page(&regions[i], kind);
        if (candidate > highest)
            highest = candidate;
    }
    return highest;
}

// Boot services memory is unused, but a runtime call may still read it: the content is put back.
enum result paging_startup_page(struct physical *page)
{
    page->address = startup_page_of(HANDOFF_MEMORY_FREE);
    if (page->address == 0)
        page->address = startup_page_of(HANDOFF_MEMORY_FIRMWARE);
    if (page->address == 0) {
        log_error("paging: no page below 0x%llx to start processors from", (unsigned long long)STARTUP_END);
        return RESULT_NOT_FOUND;
    }
    return RESULT_OK;
}

// Only the root is reached in 32-bit mode; the tables below it may lie anywhere.
enum result paging_startup_root(struct physical page, struct physical *root)
{
    struct page_map startup = *paging_map();
    enum result result = page_map_create(&startup, FOUR_GIGABYTE);
    if (result == RESULT_OK) {
        memcpy(page_pointer(startup.root), page_pointer(paging_map()->root), PAGE_SIZE);
        result = page_map_range(&startup, page.address, page, PAGE_SIZE, (struct page_attributes){.executable = true});
    }
    if (result != RESULT_OK) {
        log_error("paging: no start-up tables for page 0x%llx: %s", (unsigned long long)page.address,
                  result_name(result));
        return result;
    }
    *root = startup.root;
    return RESULT_OK;
}
