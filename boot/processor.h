// The processor's instructions the loader needs, one function each (Intel SDM vol. 2).
#ifndef BOOT_PROCESSOR_H
#define BOOT_PROCESSOR_H

#include <stdint.h>

struct processor_identity {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct processor_identity processor_cpuid(uint32_t leaf)
{
    struct processor_identity identity;
    __asm__("cpuid"
            : "=a"(identity.eax), "=b"(identity.ebx), "=c"(identity.ecx), "=d"(identity.edx)
            : "a"(leaf), "c"(0));
    return identity;
}

static inline uint64_t processor_read_cr3(void)
{
    uint64_t value;
    __asm__ volatile("movq %%cr3, %0" : "=r"(value));
    return value;
}

static inline uint64_t processor_read_cr4(void)
{
    uint64_t value;
    __asm__ volatile("movq %%cr4, %0" : "=r"(value));
    return value;
}

static inline uint64_t processor_read_msr(uint32_t index)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(index));
    return (uint64_t)high << 32 | low;
}

static inline void processor_write_msr(uint32_t index, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(index), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static inline void processor_interrupts_off(void)
{
    __asm__ volatile("cli" : : : "memory");
}

static inline uint8_t processor_in8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void processor_out16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

#endif
