// Bits of control and model-specific registers, and the structures that instructions read and write.
#ifndef ARCH_CPU_BITS_H
#define ARCH_CPU_BITS_H

#include "kernel/lib/types.h"

// Intel SDM vol. 3, 2.5.
#define CR0_WP   BIT(16)
#define CR4_PGE  BIT(7)
#define CR4_LA57 BIT(12)

// Intel SDM vol. 4, 2.1.
#define MSR_EFER     UINT32_C(0xc0000080)
#define MSR_EFER_LMA BIT(10)
#define MSR_EFER_NXE BIT(11)
#define MSR_GS_BASE  UINT32_C(0xc0000101)

// Page attribute table: Intel SDM vol. 3, 11.12.2. A byte an entry, chosen by a page's PAT, PCD and PWT bits; as after
// reset (WB, WT, UC-, UC, and again), but entry 1 is write-combining instead of write-through.
#define MSR_PAT       UINT32_C(0x277)
#define MSR_PAT_VALUE UINT64_C(0x0007040600070106)

#define RFLAGS_IF BIT(9)

// Leaves and bits of CPUID: Intel SDM vol. 2, CPUID.
enum { CPUID_FEATURES = 1 };
#define CPUID_EDX_PAT             BIT(16) // of CPUID_FEATURES
#define CPUID_EXTENDED_HIGHEST    UINT32_C(0x80000000)
#define CPUID_EXTENDED_FEATURES   UINT32_C(0x80000001)
#define CPUID_EDX_EXECUTE_DISABLE BIT(20)
#define CPUID_EDX_1G_PAGES        BIT(26)

// What LGDT and LIDT load: Intel SDM vol. 3, 2.4.
struct descriptor_pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));
_Static_assert(sizeof(struct descriptor_pointer) == 10, "as LGDT reads it");

struct cpuid_registers {
    uint32_t eax;
    uint32_t ebx;
    uint32_t ecx;
    uint32_t edx;
};

#endif
