// Little-endian numbers at any address, as in PCI, ACPI, UEFI and ELF structures.
#ifndef KERNEL_LIB_LITTLE_ENDIAN_H
#define KERNEL_LIB_LITTLE_ENDIAN_H

#include "kernel/lib/memory.h"

// `width` bytes, at most 8, all of them readable.
static inline uint64_t little_endian_read(const uint8_t *bytes, size_t width)
{
    uint64_t value = 0; // x86 is little-endian, so the bytes need no swap

    memcpy(&value, bytes, width);
    return value;
}

static inline uint32_t little_endian_read32(const uint8_t *bytes)
{
    return (uint32_t)little_endian_read(bytes, sizeof(uint32_t));
}

#endif
