// Types used everywhere: sized integers, and distinct types for physical addresses and APIC IDs.
#ifndef KERNEL_LIB_TYPES_H
#define KERNEL_LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A physical address as a bus or a page table sees it. Never dereferenced; page_pointer() or mmio_map() make it usable.
struct physical {
    uint64_t address;
};

// A local APIC ID, always at its full 32-bit width (Intel SDM vol. 3, 11.12.5.1). CPU numbers are plain uint32_t and
// count from 0 in the order the firmware lists the processors, so the compiler refuses one for the other.
struct apic_id {
    uint32_t value;
};

// Bits hi..lo as the manuals print them, and a value moved into or out of such a field.
#define BIT(n)             (UINT64_C(1) << (n))
#define BITS(hi, lo)       ((~UINT64_C(0) >> (63 - (hi))) & (~UINT64_C(0) << (lo)))
#define FIELD_LOWEST(mask) ((mask) & (0 - (uint64_t)(mask)))
#define FIELD_GET(mask, w) ((((uint64_t)(w)) & (mask)) / FIELD_LOWEST(mask))
#define FIELD_PUT(mask, v) ((((uint64_t)(v)) * FIELD_LOWEST(mask)) & (mask))

#define ARRAY_COUNT(a)        (sizeof(a) / sizeof((a)[0]))
#define MUST_USE              __attribute__((__warn_unused_result__))
#define RARE                  __attribute__((__cold__, __noinline__)) // moved out of the hot path
#define PRINTF_LIKE(f, a)     __attribute__((__format__(__printf__, f, a)))
#define CONTAINER_OF(p, t, m) ((t *)(((char *)(p)) - offsetof(t, m)))

#define PAGE_SIZE UINT64_C(4096)

#endif
