// The firmware's memory map as the kernel gets it. Pure: bytes in, regions out; host tests run it as it is.
#ifndef BOOT_MEMORY_MAP_H
#define BOOT_MEMORY_MAP_H

#include "boot/handoff.h"
#include "kernel/lib/types.h"

struct memory_range {
    uint64_t base;
    uint64_t size; // bytes
};

// What GetMemoryMap wrote (UEFI 2.10, 7.2.3). `descriptor_size` is the firmware's, often more than the structure.
struct memory_map {
    const uint8_t *bytes;
    size_t size;
    size_t descriptor_size;
};

// The kind of one descriptor. Memory that may not be cached write-back or that runtime services claim is never free;
// types this loader does not know are reserved.
enum handoff_memory memory_map_kind(uint32_t efi_type, uint64_t attribute);

// Whole descriptors in the map; 0 when the firmware's descriptor is shorter than the structure.
size_t memory_map_count(const struct memory_map *map);

// Regions that a map of `descriptors` entries and `kept_count` kept ranges can become at most.
size_t memory_map_region_limit(size_t descriptors, size_t kept_count);

// Writes regions in ascending order, without overlap, neighbours of one kind merged (efi_type is then the lowest
// one's), and answers their number (only the first `capacity` are written). The descriptors may come in any order;
// where they overlap the kind with the higher number in enum handoff_memory wins, so memory of doubtful kind is never
// free. `kept` ranges are taken out of what surrounds them as HANDOFF_MEMORY_KERNEL. Empty descriptors are skipped,
// wrapping ones end at the last page.
size_t memory_map_convert(const struct memory_map *map, const struct memory_range *kept, size_t kept_count,
                          struct handoff_region *regions, size_t capacity);

// "free", "firmware", ... for reports; "unknown" for any other value.
const char *memory_map_kind_name(uint32_t kind);

#endif
