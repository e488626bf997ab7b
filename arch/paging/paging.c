// The kernel's address space: built once, from the loader's map and the linker's symbols.

#include "arch/paging/paging.h"
#include "arch/cpu_registers.h"
#include "kernel/lib/kept_report.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

#define CPUID_ADDRESS_SIZES UINT32_C(0x80000008) // Intel SDM vol. 2, CPUID
#define LOW_MEMORY_END      UINT64_C(0x100000)

// From linker.ld.
extern const char kernel_start[], text_start[], text_end[], rodata_start[], rodata_end[], data_start[], data_end[];

static struct page_map map;

static const struct page_attributes read_only = {0};
static const struct page_attributes read_write = {.writable = true};
static const struct page_attributes read_execute = {.executable = true};

// Memory below 1 MiB is kept back: firmware, DMA of old devices and the processors' start-up code live there.
static void give_free_memory(const struct handoff *handoff)
{
    const struct handoff_region *regions = page_pointer((struct physical){handoff->regions});
    for (uint32_t i = 0; i < handoff->region_count; i++) {
        uint64_t base = regions[i].base;
        uint64_t end = base + regions[i].size;
        if (base < LOW_MEMORY_END)
            base = LOW_MEMORY_END;
        if (regions[i].kind == HANDOFF_MEMORY_FREE && base < end)
            page_add_region((struct physical){base}, end - base);
    }
}

static enum result map_segment(const struct handoff *handoff, const char *start, const char *end,
                               struct page_attributes attributes)
{
    struct physical target = {handoff->kernel_base + (uint64_t)(start - kernel_start)};
    return page_map_range(&map, (uint64_t)start, target, (uint64_t)(end - start), attributes);
}

static enum result map_kernel(const struct handoff *handoff)
{
    enum result result = map_segment(handoff, text_start, text_end, read_execute);
    if (result == RESULT_OK)
        result = map_segment(handoff, rodata_start, rodata_end, read_only);
    if (result == RESULT_OK)
        result = map_segment(handoff, data_start, data_end, read_write);
    return result;
}

static bool is_in_direct_map(enum handoff_memory kind)
{
    return kind != HANDOFF_MEMORY_RESERVED && kind != HANDOFF_MEMORY_DEVICE;
}

// Only memory that is ours to change is writable: firmware tables, and the second view of the kernel's text, are not.
// What boot services had below 1 MiB is: other processors may have to start there.
static bool is_ours_to_change(const struct handoff_region *region)
{
    return region->kind == HANDOFF_MEMORY_FREE ||
           (region->kind == HANDOFF_MEMORY_FIRMWARE && region->base + region->size <= LOW_MEMORY_END);
}

static enum result map_direct(uint64_t base, uint64_t end, struct page_attributes attributes)
{
    if (base == end)
        return RESULT_OK;
    return page_map_range(&map, PAGE_DIRECT_MAP + base, (struct physical){base}, end - base, attributes);
}

// The loader's and ours: its neighbours of one kind are merged with the place for a report, which is written.
static enum result map_kept(uint64_t base, uint64_t end, uint64_t report)
{
    enum result result = map_direct(base, report, read_only);
    if (result == RESULT_OK)
        result = map_direct(report, report + KEPT_REPORT_SIZE, read_write);
    return result == RESULT_OK ? map_direct(report + KEPT_REPORT_SIZE, end, read_only) : result;
}

static enum result map_region(const struct handoff_region *region, uint64_t report)
{
    uint64_t end = region->base + region->size;
    enum handoff_memory kind = (enum handoff_memory)region->kind;
    if (!is_in_direct_map(kind))
        return RESULT_OK;
    if (region->base + region->size - 1 >= PAGE_DIRECT_MAP_SIZE)
        return RESULT_OUT_OF_BOUNDS;
    if (report != 0 && report >= region->base && report < end)
        return map_kept(region->base, end, report);
    return map_direct(region->base, end, is_ours_to_change(region) ? read_write : read_only);
}

static enum result map_memory(const struct handoff *handoff)
{
    const struct handoff_region *regions = page_pointer((struct physical){handoff->regions});
    for (uint32_t i = 0; i < handoff->region_count; i++) {
        enum result result = map_region(&regions[i], handoff->kept_report);
        if (result != RESULT_OK) {
            log_error("paging: memory at 0x%llx, 0x%llx bytes: %s", (unsigned long long)regions[i].base,
                      (unsigned long long)regions[i].size, result_name(result));
            return result;
        }
    }
    return RESULT_OK;
}

static enum result build_tables(const struct handoff *handoff)
{
    enum result result = page_map_create(&map, 0);
    if (result == RESULT_OK)
        result = map_kernel(handoff);
    if (result != RESULT_OK) {
        log_error("paging: kernel at 0x%llx: %s", (unsigned long long)handoff->kernel_base, result_name(result));
        return result;
    }
    return map_memory(handoff);
}

enum result paging_initialise(const struct handoff *handoff)
{
    uint32_t features = cpuid_extended_features();
    if ((features & CPUID_EDX_EXECUTE_DISABLE) == 0) {
        log_error("paging: the processor has no execute-disable, or the firmware switched it off");
        return RESULT_UNSUPPORTED;
    }
    map.levels = (cr4_read() & CR4_LA57) != 0 ? 5 : 4;
    map.highest_leaf = (features & CPUID_EDX_1G_PAGES) != 0 ? PAGE_TABLE_LEVEL_1G : PAGE_TABLE_LEVEL_2M;
    give_free_memory(handoff);
    enum result result = build_tables(handoff);
    if (result != RESULT_OK)
        return result;
    paging_activate();
    page_set_direct_map(PAGE_DIRECT_MAP);
    return RESULT_OK;
}

// The same table on every processor, before the tables whose pages choose its entry 1: no translation and no cached
// line made by the old entry exists then, so the flushes of Intel SDM vol. 3, 11.12.4, have nothing to drop. Where
// there is no such register, such a page is written through, which on uncached device memory means uncached.
static void paging_types_set(void)
{
    if (cpuid_read(CPUID_FEATURES, 0).edx & CPUID_EDX_PAT)
        msr_write(MSR_PAT, MSR_PAT_VALUE);
}

// Execute-disable before the tables: until it is on, bit 63 of an entry is reserved and faults. Clearing PGE drops the
// firmware's global translations, which a write to CR3 leaves standing.
void paging_activate(void)
{
    paging_types_set();
    msr_write(MSR_EFER, msr_read(MSR_EFER) | MSR_EFER_NXE);
    cr4_write(cr4_read() & ~CR4_PGE);
    cr3_write(map.root.address);
    cr0_write(cr0_read() | CR0_WP);
}

const struct page_map *paging_map(void)
{
    return &map;
}

uint64_t paging_root(void)
{
    return map.root.address;
}

enum result paging_walk(uint64_t address, struct page_translation *translation)
{
    return page_map_find(&map, address, translation);
}

// The smallest width that long mode guarantees stands in where the leaf is missing.
uint32_t paging_physical_width(void)
{
    if (cpuid_read(CPUID_EXTENDED_HIGHEST, 0).eax < CPUID_ADDRESS_SIZES)
        return 36;
    return cpuid_read(CPUID_ADDRESS_SIZES, 0).eax & 0xff;
}
