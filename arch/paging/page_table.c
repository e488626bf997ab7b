// Page table entries as words.

#include "arch/paging/page_table.h"

// Intel SDM vol. 3, tables 4-15 to 4-20.
#define ENTRY_PRESENT         BIT(0)
#define ENTRY_WRITABLE        BIT(1)
#define ENTRY_WRITE_THROUGH   BIT(3)
#define ENTRY_CACHE_DISABLE   BIT(4)
#define ENTRY_ACCESSED        BIT(5)
#define ENTRY_DIRTY           BIT(6)
#define ENTRY_PAGE_SIZE       BIT(7) // levels 2 and 3 only; the PAT bit at level 1
#define ENTRY_EXECUTE_DISABLE BIT(63)
#define ENTRY_TARGET          BITS(51, 12)

enum { PAGE_BITS = 12, INDEX_BITS = 9 };

static uint32_t level_shift(uint32_t level)
{
    return PAGE_BITS + INDEX_BITS * (level - 1);
}

uint32_t page_table_index(uint64_t address, uint32_t level)
{
    return (uint32_t)(address >> level_shift(level)) % PAGE_TABLE_ENTRY_COUNT;
}

uint64_t page_table_entry_size(uint32_t level)
{
    return UINT64_C(1) << level_shift(level);
}

// A link allows everything; the leaf restricts.
uint64_t page_table_link(struct physical target)
{
    return (target.address & ENTRY_TARGET) | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_ACCESSED;
}

// Accessed and dirty are set ahead, which spares the processor a locked write on first use.
uint64_t page_table_leaf(struct physical target, uint32_t level, struct page_attributes attributes)
{
    uint64_t entry = (target.address & ENTRY_TARGET) | ENTRY_PRESENT | ENTRY_ACCESSED;
    if (level != PAGE_TABLE_LEVEL_4K)
        entry |= ENTRY_PAGE_SIZE;
    if (attributes.writable)
        entry |= ENTRY_WRITABLE | ENTRY_DIRTY;
    if (!attributes.executable)
        entry |= ENTRY_EXECUTE_DISABLE;
    if (attributes.uncached)
        entry |= ENTRY_CACHE_DISABLE | ENTRY_WRITE_THROUGH;
    if (attributes.write_combining)
        entry |= ENTRY_WRITE_THROUGH;
    return entry;
}

bool page_table_is_present(uint64_t entry)
{
    return (entry & ENTRY_PRESENT) != 0;
}

bool page_table_is_leaf(uint64_t entry, uint32_t level)
{
    return level == PAGE_TABLE_LEVEL_4K || (level <= PAGE_TABLE_LEVEL_1G && (entry & ENTRY_PAGE_SIZE) != 0);
}

// Large pages keep the PAT bit where small ones have their lowest address bit, so bits below the page are dropped.
struct physical page_table_target(uint64_t entry, uint32_t level)
{
    uint64_t below = page_table_is_leaf(entry, level) ? page_table_entry_size(level) - 1 : PAGE_SIZE - 1;
    return (struct physical){entry & ENTRY_TARGET & ~below};
}

struct page_attributes page_table_attributes(uint64_t entry)
{
    return (struct page_attributes){
        .writable = (entry & ENTRY_WRITABLE) != 0,
        .executable = (entry & ENTRY_EXECUTE_DISABLE) == 0,
        .uncached = (entry & ENTRY_CACHE_DISABLE) != 0,
        .write_combining = (entry & (ENTRY_CACHE_DISABLE | ENTRY_WRITE_THROUGH)) == ENTRY_WRITE_THROUGH,
    };
}

uint32_t page_table_best_level(uint64_t address, struct physical target, uint64_t size, uint32_t highest)
{
    uint32_t level = highest;
    while (level > PAGE_TABLE_LEVEL_4K) {
        uint64_t page = page_table_entry_size(level);
        if (size >= page && (address | target.address) % page == 0)
            break;
        level--;
    }
    return level;
}
