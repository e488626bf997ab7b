// Device memory and ports, one instruction each. The only header of arch/ that drivers/ may include.
#ifndef ARCH_MMIO_H
#define ARCH_MMIO_H

#include "kernel/lib/result.h"

// Maps device memory uncached, not executable, writable. `base` and `size` need no alignment; the same range may be
// mapped again (the same pointer comes back) and stays mapped. RESULT_NO_MEMORY, RESULT_INVALID (zero size, wraps,
// beyond the processor's physical width). PASSIVE, boot CPU.
MUST_USE enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer);

// The same, write-combining: for a framebuffer. The processor keeps writes back, joins them and may change their order
// until mmio_write_fence(). Never for memory that is mapped uncached too (Intel SDM vol. 3, 11.12.4).
MUST_USE enum result mmio_map_write_combining(struct physical base, uint64_t size, volatile void **pointer);

static inline void mmio_write_fence(void)
{
    __asm__ volatile("sfence" : : : "memory");
}

static inline uint8_t mmio_read8(const volatile void *address)
{
    return *(const volatile uint8_t *)address;
}

static inline uint16_t mmio_read16(const volatile void *address)
{
    return *(const volatile uint16_t *)address;
}

static inline uint32_t mmio_read32(const volatile void *address)
{
    return *(const volatile uint32_t *)address;
}

static inline uint64_t mmio_read64(const volatile void *address)
{
    return *(const volatile uint64_t *)address;
}

static inline void mmio_write8(volatile void *address, uint8_t value)
{
    *(volatile uint8_t *)address = value;
}

static inline void mmio_write16(volatile void *address, uint16_t value)
{
    *(volatile uint16_t *)address = value;
}

static inline void mmio_write32(volatile void *address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

static inline void mmio_write64(volatile void *address, uint64_t value)
{
    *(volatile uint64_t *)address = value;
}

static inline uint8_t io_read8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline uint16_t io_read16(uint16_t port)
{
    uint16_t value;
    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline uint32_t io_read32(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline void io_write8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void io_write16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void io_write32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

#endif
