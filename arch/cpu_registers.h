// Control registers, model-specific registers and instructions without a C form, one instruction each.
#ifndef ARCH_CPU_REGISTERS_H
#define ARCH_CPU_REGISTERS_H

#include "arch/cpu_bits.h"

static inline uint64_t cr0_read(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr0, %0" : "=r"(value) : : "memory");
    return value;
}

static inline void cr0_write(uint64_t value)
{
    __asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static inline uint64_t cr2_read(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr2, %0" : "=r"(value) : : "memory");
    return value;
}

static inline uint64_t cr3_read(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr3, %0" : "=r"(value) : : "memory");
    return value;
}

static inline void cr3_write(uint64_t value)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline uint64_t cr4_read(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr4, %0" : "=r"(value) : : "memory");
    return value;
}

static inline void cr4_write(uint64_t value)
{
    __asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline uint64_t cr8_read(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr8, %0" : "=r"(value) : : "memory");
    return value;
}

static inline void cr8_write(uint64_t value)
{
    __asm__ volatile("mov %0, %%cr8" : : "r"(value) : "memory");
}

// Raises #GP when the processor has no such register.
static inline uint64_t msr_read(uint32_t number)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number) : "memory");
    return (uint64_t)high << 32 | low;
}

static inline void msr_write(uint32_t number, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

// The caller checks that the leaf exists: leaf 0 and 0x80000000 tell the highest.
static inline struct cpuid_registers cpuid_read(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid_registers r;
    __asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
    return r;
}

// EDX of leaf 0x80000001; 0 where the processor has no such leaf.
static inline uint32_t cpuid_extended_features(void)
{
    if (cpuid_read(CPUID_EXTENDED_HIGHEST, 0).eax < CPUID_EXTENDED_FEATURES)
        return 0;
    return cpuid_read(CPUID_EXTENDED_FEATURES, 0).edx;
}

// Not ordered against other instructions.
static inline uint64_t tsc_read(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static inline uint64_t rflags_read(void)
{
    uint64_t value;
    __asm__ volatile("pushfq; popq %0" : "=r"(value) : : "memory");
    return value;
}

static inline void cpu_cli(void)
{
    __asm__ volatile("cli" : : : "memory");
}

static inline void cpu_sti(void)
{
    __asm__ volatile("sti" : : : "memory");
}

static inline void cpu_hlt(void)
{
    __asm__ volatile("hlt" : : : "memory");
}

// STI holds interrupts off for one more instruction, so none is taken between the two: a wake-up cannot be missed.
static inline void cpu_sti_hlt(void)
{
    __asm__ volatile("sti; hlt" : : : "memory");
}

// Writes every modified cache line to memory and empties the caches (SDM 2A, WBINVD).
static inline void cpu_caches_write_back(void)
{
    __asm__ volatile("wbinvd" : : : "memory");
}

// All earlier stores are visible before any later instruction starts, WRMSR included.
static inline void cpu_fence(void)
{
    __asm__ volatile("mfence; lfence" : : : "memory");
}

static inline void cpu_pause(void)
{
    __asm__ volatile("pause" : : : "memory");
}

static inline void tlb_invalidate(uint64_t address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

// CS can only be loaded by a far transfer. FS and GS are left: loading GS would clear its base, and an NMI that comes
// before the base is set again would find no processor record.
static inline void segments_load(uint16_t code, uint16_t data)
{
    __asm__ volatile("pushq %0\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "lretq\n"
                     "1:\n\t"
                     "movl %1, %%ds\n\t"
                     "movl %1, %%es\n\t"
                     "movl %1, %%ss\n\t"
                     :
                     : "r"((uint64_t)code), "r"((uint32_t)data)
                     : "rax", "memory");
}

// Does not return when the loaded IDT is empty.
static inline void cpu_breakpoint(void)
{
    __asm__ volatile("int3" : : : "memory");
}

static inline void gdtr_write(const struct descriptor_pointer *pointer)
{
    __asm__ volatile("lgdt %0" : : "m"(*pointer) : "memory");
}

static inline void idtr_write(const struct descriptor_pointer *pointer)
{
    __asm__ volatile("lidt %0" : : "m"(*pointer) : "memory");
}

static inline struct descriptor_pointer idtr_read(void)
{
    struct descriptor_pointer pointer;

    __asm__ volatile("sidt %0" : "=m"(pointer));
    return pointer;
}

static inline void task_register_write(uint16_t selector)
{
    __asm__ volatile("ltr %0" : : "r"(selector) : "memory");
}

#endif
