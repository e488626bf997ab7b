// The address space the kernel is entered with: the firmware's own, and the kernel in the last 2 GiB.

#include "boot/address_space.h"
#include "arch/cpu_registers.h"
#include "boot/memory.h"
#include "boot/step.h"

// Intel SDM vol. 3, 4.5: four-level paging.
enum { TABLE_ENTRIES = 512, KERNEL_ROOT_ENTRY = 511, KERNEL_POINTER_ENTRY = 510 };

#define ENTRY_PRESENT         BIT(0)
#define ENTRY_WRITABLE        BIT(1)
#define ENTRY_EXECUTE_DISABLE BIT(63)
#define CR3_TABLE             BITS(51, 12)
#define PAGE_TABLE_REACH      (TABLE_ENTRIES * PAGE_SIZE)

_Static_assert(ELF_IMAGE_LIMIT <= TABLE_ENTRIES * PAGE_TABLE_REACH, "one page directory reaches the whole image");
_Static_assert(HANDOFF_KERNEL_BASE >> 39 == 0x1ffffff, "the kernel is below root entry 511");
_Static_assert((HANDOFF_KERNEL_BASE >> 30 & 511) == KERNEL_POINTER_ENTRY, "and below pointer entry 510");

// The tables lie one after the other: root, pointer table, directory, then the page tables in address order.
enum { TABLE_ROOT, TABLE_POINTERS, TABLE_DIRECTORY, TABLE_FIRST_PAGE_TABLE };

static uint64_t table_address(uint64_t root, uint64_t index)
{
    return root + index * PAGE_SIZE;
}

static void entry_write(uint64_t table, uint64_t index, uint64_t value)
{
    ((uint64_t *)memory_pointer(table))[index] = value;
}

static void segment_map(const struct loader *loader, const struct elf_segment *segment)
{
    uint64_t permission = ENTRY_PRESENT;
    permission |= segment->writable ? ENTRY_WRITABLE : 0;
    permission |= segment->executable ? 0 : ENTRY_EXECUTE_DISABLE;
    uint64_t page_tables = table_address(loader->root, TABLE_FIRST_PAGE_TABLE);
    uint64_t first = (segment->address - HANDOFF_KERNEL_BASE) / PAGE_SIZE;
    // The page tables are one array, because they are contiguous.
    for (uint64_t page = first; page < first + memory_pages(segment->memory_size); page++)
        entry_write(page_tables, page, (loader->kernel_base + page * PAGE_SIZE) | permission);
}

static void tables_link(uint64_t root, uint64_t page_tables)
{
    uint64_t flags = ENTRY_PRESENT | ENTRY_WRITABLE;
    entry_write(root, KERNEL_ROOT_ENTRY, table_address(root, TABLE_POINTERS) | flags);
    entry_write(table_address(root, TABLE_POINTERS), KERNEL_POINTER_ENTRY,
                table_address(root, TABLE_DIRECTORY) | flags);
    for (uint64_t i = 0; i < page_tables; i++)
        entry_write(table_address(root, TABLE_DIRECTORY), i, table_address(root, TABLE_FIRST_PAGE_TABLE + i) | flags);
}

static const char *processor_refusal(void)
{
    if (cr4_read() & CR4_LA57)
        return "the firmware runs with five-level paging (CR4.LA57); switch it off in the firmware's setup";
    if (!(cpuid_extended_features() & CPUID_EDX_EXECUTE_DISABLE))
        return "the processor has no execute-disable bit, or the firmware's setup hides it";
    return NULL;
}

EFI_STATUS address_space_build(struct loader *loader)
{
    const char *refusal = processor_refusal();
    if (refusal != NULL)
        return step_fail(EFI_UNSUPPORTED, "%s", refusal);
    uint64_t page_tables = (loader->kernel.size + PAGE_TABLE_REACH - 1) / PAGE_TABLE_REACH;
    EFI_STATUS status = memory_keep(TABLE_FIRST_PAGE_TABLE + page_tables, &loader->root);
    if (EFI_ERROR(status))
        return step_fail(status, "no memory for page tables");
    tables_link(loader->root, page_tables);
    for (uint32_t i = 0; i < loader->kernel.segment_count; i++)
        segment_map(loader, &loader->kernel.segments[i]);
    step_note("root 0x%lx", loader->root);
    return EFI_SUCCESS;
}

void address_space_complete(uint64_t root)
{
    // After boot services: until then the firmware may change its tables.
    const uint64_t *firmware = memory_pointer(cr3_read() & CR3_TABLE);
    for (uint64_t i = 0; i < KERNEL_ROOT_ENTRY; i++)
        entry_write(root, i, firmware[i]);
    // Before CR3: with the bit still reserved, the first fetch through such an entry faults.
    msr_write(MSR_EFER, msr_read(MSR_EFER) | MSR_EFER_NXE);
}
