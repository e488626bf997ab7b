// Takes the place of arch/mmio.h, so that every access to device memory and ports is listed in tests/fakes/events.h.
// A test includes this first and then the .c file it tests; pointers from mmio_map() are host memory.
#ifndef TESTS_FAKES_MMIO_H
#define TESTS_FAKES_MMIO_H

#define ARCH_MMIO_H // the real one stays out

#include "kernel/lib/result.h"

// Device memory at a physical address, zeroed; answers the host's pointer to it. Freed by fake_mmio_reset().
void *fake_memory_add(uint64_t base, size_t size);
void fake_mmio_reset(void);
uint32_t fake_mmio_mapped_bytes(void);

// Registers at an address that is no host memory: reads are answered by `read`, writes go to `write`, both by their
// offset, whatever the width; in the events they stand with that offset.
struct fake_window {
    uint64_t base;
    uint64_t size;
    uint32_t (*read)(uint64_t offset);
    void (*write)(uint64_t offset, uint32_t value);
};
void fake_mmio_window(const struct fake_window *window);

// Called where mmio_map() fails, as the real one logs it. NULL: nothing is.
void fake_mmio_refused_hook(void (*refused)(void));

// Called before each read of a port, which it may answer anew.
void fake_port_hook(void (*before_read)(uint16_t port));

// What a read of a port answers; what was last written there otherwise.
void fake_host_answer(uint16_t port, uint32_t value);

// The same, whatever is written there.
void fake_host_keep(uint16_t port, uint32_t value);

// The bits of the last write to a port; 0: none since the reset.
uint32_t fake_port_width(uint16_t port);

enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer);
uint8_t mmio_read8(const volatile void *address);
uint16_t mmio_read16(const volatile void *address);
uint32_t mmio_read32(const volatile void *address);
uint64_t mmio_read64(const volatile void *address);
void mmio_write8(volatile void *address, uint8_t value);
void mmio_write16(volatile void *address, uint16_t value);
void mmio_write32(volatile void *address, uint32_t value);
void mmio_write64(volatile void *address, uint64_t value);
uint8_t io_read8(uint16_t port);
uint16_t io_read16(uint16_t port);
uint32_t io_read32(uint16_t port);
void io_write8(uint16_t port, uint8_t value);
void io_write16(uint16_t port, uint16_t value);
void io_write32(uint16_t port, uint32_t value);

#endif
