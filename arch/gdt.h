// One processor's segments and task state (Intel SDM vol. 3, 3.4.5 and 8.7).
#ifndef ARCH_GDT_H
#define ARCH_GDT_H

#include "kernel/lib/result.h"

enum { GDT_KERNEL_CODE = 0x08, GDT_KERNEL_DATA = 0x10, GDT_TASK_STATE = 0x18, GDT_ENTRY_COUNT = 5 };

// The interrupt stacks by the number that an IDT entry holds.
enum { GDT_IST_NONE = 0, GDT_IST_DOUBLE_FAULT = 1, GDT_IST_NMI = 2, GDT_IST_MACHINE_CHECK = 3, GDT_IST_COUNT = 7 };

struct tss {
    uint32_t reserved0;
    uint64_t stack_pointer[3];
    uint64_t reserved1;
    uint64_t interrupt_stack[GDT_IST_COUNT]; // IST1 is [0]
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map_base;
} __attribute__((packed));
_Static_assert(sizeof(struct tss) == 104, "Intel SDM vol. 3, figure 8-11");
_Static_assert(offsetof(struct tss, interrupt_stack) == 36, "Intel SDM vol. 3, figure 8-11");

// Must stay where it is from gdt_build() on, and writable: loading the task register marks its descriptor busy.
struct gdt {
    uint64_t entries[GDT_ENTRY_COUNT]; // null, code, data, and the task state's two
    struct tss tss;
};

// The ends of one processor's stacks.
struct gdt_stacks {
    void *double_fault;
    void *nmi;
    void *machine_check;
};

// Makes three stacks, each above an unmapped page. RESULT_NO_MEMORY. PASSIVE, boot CPU.
MUST_USE enum result gdt_stacks_create(struct gdt_stacks *stacks);

// Fills in the tables, in memory that was zero or held a table like it; that one may be loaded. Pure.
void gdt_build(struct gdt *gdt, const struct gdt_stacks *stacks);

// Loads tables, segments but FS and GS, and task register of the calling processor. Interrupts off.
void gdt_load(struct gdt *gdt);

#endif
