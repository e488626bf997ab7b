// Memory while boot services live: pages the kernel keeps, and the firmware's map.
#ifndef BOOT_MEMORY_H
#define BOOT_MEMORY_H

#include "boot/efi_library.h"
#include "boot/memory_map.h"

static inline uint64_t memory_pages(uint64_t size)
{
    return (size + PAGE_SIZE - 1) / PAGE_SIZE;
}

// The identity map makes a physical address a pointer.
static inline void *memory_pointer(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

// Zeroed, contiguous pages that the final map shows as HANDOFF_MEMORY_KERNEL. Boot services only.
EFI_STATUS memory_keep(uint64_t pages, uint64_t *base);

// The same at an address of one's own, if it is free, and not zeroed.
EFI_STATUS memory_keep_at(uint64_t address, uint64_t pages);

// Reads the firmware's map, with room for every region it can become, and gives its key for ExitBootServices. Of boot
// services it uses memory allocation only, so it may be called after a failed ExitBootServices.
EFI_STATUS memory_read(UINTN *key);

// The map last read, as regions the kernel can keep. No firmware call: allowed after ExitBootServices.
struct memory_regions {
    struct handoff_region *items;
    size_t count;
};
struct memory_regions memory_convert(void);

#endif
