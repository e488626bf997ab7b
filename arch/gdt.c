// One processor's segments and task state.

#include "arch/gdt.h"
#include "arch/cpu_registers.h"
#include "arch/paging/paging.h"

// Flat 64-bit segments, marked accessed ahead so that the processor has nothing to write back.
#define DESCRIPTOR_CODE UINT64_C(0x00af9b000000ffff) // present, execute and read, accessed, L
#define DESCRIPTOR_DATA UINT64_C(0x00cf93000000ffff) // present, read and write, accessed

// A task-state descriptor takes two entries: Intel SDM vol. 3, figure 8-4.
#define TSS_LIMIT_LOW      BITS(15, 0)
#define TSS_BASE_LOW       BITS(39, 16)
#define TSS_TYPE           BITS(43, 40)
#define TSS_PRESENT        BIT(47)
#define TSS_BASE_HIGH      BITS(63, 56)
#define TSS_TYPE_AVAILABLE 9
#define TSS_BUSY           BIT(41)
#define IST_PAGES          4

enum result gdt_stacks_create(struct gdt_stacks *stacks)
{
    enum result result = paging_stack_create(IST_PAGES, &stacks->double_fault);
    if (result == RESULT_OK)
        result = paging_stack_create(IST_PAGES, &stacks->nmi);
    if (result == RESULT_OK)
        result = paging_stack_create(IST_PAGES, &stacks->machine_check);
    return result;
}

static uint64_t tss_descriptor_low(uint64_t base)
{
    return FIELD_PUT(TSS_LIMIT_LOW, sizeof(struct tss) - 1) | FIELD_PUT(TSS_BASE_LOW, base & 0xffffff) |
           FIELD_PUT(TSS_TYPE, TSS_TYPE_AVAILABLE) | TSS_PRESENT | FIELD_PUT(TSS_BASE_HIGH, base >> 24 & 0xff);
}

void gdt_build(struct gdt *gdt, const struct gdt_stacks *stacks)
{
    // Word by word, never through zero: the table may be loaded, and an NMI may come.
    gdt->entries[0] = 0;
    gdt->tss.interrupt_stack[GDT_IST_DOUBLE_FAULT - 1] = (uint64_t)stacks->double_fault;
    gdt->tss.interrupt_stack[GDT_IST_NMI - 1] = (uint64_t)stacks->nmi;
    gdt->tss.interrupt_stack[GDT_IST_MACHINE_CHECK - 1] = (uint64_t)stacks->machine_check;
    gdt->tss.io_map_base = sizeof(struct tss); // beyond the limit: no map

    uint64_t base = (uint64_t)&gdt->tss;
    gdt->entries[GDT_KERNEL_CODE / 8] = DESCRIPTOR_CODE;
    gdt->entries[GDT_KERNEL_DATA / 8] = DESCRIPTOR_DATA;
    gdt->entries[GDT_TASK_STATE / 8] = tss_descriptor_low(base);
    gdt->entries[GDT_TASK_STATE / 8 + 1] = base >> 32;
}

void gdt_load(struct gdt *gdt)
{
    struct descriptor_pointer pointer = {sizeof(gdt->entries) - 1, (uint64_t)gdt->entries};
    // After INIT the task state is still marked busy, and LTR refuses a busy descriptor.
    gdt->entries[GDT_TASK_STATE / 8] &= ~TSS_BUSY;
    gdtr_write(&pointer);
    segments_load(GDT_KERNEL_CODE, GDT_KERNEL_DATA);
    task_register_write(GDT_TASK_STATE);
}
