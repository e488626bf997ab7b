// Memory while boot services live: pages the kernel keeps, and the firmware's map.

#include "boot/memory.h"

enum { KEPT_COUNT = 16, READ_ATTEMPTS = 8 };

// Spare descriptors: the map grows by its own buffer and by drivers' allocations between two calls.
enum { SPARE_DESCRIPTORS = 64 };

static struct memory_range kept[KEPT_COUNT];
static size_t kept_count;

static uint8_t *map_bytes;
static UINTN map_capacity;
static struct memory_map map;
static struct handoff_region *regions;
static size_t region_capacity;

// Kept pages are plain EfiLoaderData, told apart by address. The types above 0x80000000 that UEFI sets aside for
// loaders would mark them in the map itself, but firmware exists that indexes its statistics by type and breaks on
// them.
static EFI_STATUS keep(EFI_ALLOCATE_TYPE type, uint64_t pages, EFI_PHYSICAL_ADDRESS *address)
{
    if (kept_count == KEPT_COUNT)
        return EFI_OUT_OF_RESOURCES;
    EFI_STATUS status = BS->AllocatePages(type, EfiLoaderData, pages, address);
    if (!EFI_ERROR(status))
        kept[kept_count++] = (struct memory_range){*address, pages * PAGE_SIZE};
    return status;
}

EFI_STATUS memory_keep(uint64_t pages, uint64_t *base)
{
    EFI_PHYSICAL_ADDRESS address = 0;
    EFI_STATUS status = keep(AllocateAnyPages, pages, &address);
    if (EFI_ERROR(status))
        return status;
    BS->SetMem(memory_pointer(address), pages * PAGE_SIZE, 0);
    *base = address;
    return EFI_SUCCESS;
}

EFI_STATUS memory_keep_at(uint64_t address, uint64_t pages)
{
    EFI_PHYSICAL_ADDRESS wanted = address;
    return keep(AllocateAddress, pages, &wanted);
}

static EFI_STATUS regions_grow(size_t descriptors)
{
    size_t needed = memory_map_region_limit(descriptors, KEPT_COUNT);
    uint64_t base;
    if (needed <= region_capacity)
        return EFI_SUCCESS;
    EFI_STATUS status = memory_keep(memory_pages(needed * sizeof(struct handoff_region)), &base);
    if (EFI_ERROR(status))
        return status;
    regions = memory_pointer(base);
    region_capacity = needed;
    return EFI_SUCCESS;
}

static EFI_STATUS map_grow(UINTN size, UINTN descriptor_size)
{
    if (map_bytes != NULL)
        BS->FreePool(map_bytes);
    map_bytes = NULL;
    map_capacity = size + SPARE_DESCRIPTORS * descriptor_size;
    EFI_STATUS status = BS->AllocatePool(EfiLoaderData, map_capacity, (void **)&map_bytes);
    if (!EFI_ERROR(status))
        status = regions_grow(map_capacity / descriptor_size);
    if (EFI_ERROR(status))
        map_capacity = 0;
    return status;
}

EFI_STATUS memory_read(UINTN *key)
{
    EFI_STATUS status = EFI_BUFFER_TOO_SMALL;
    for (int i = 0; i < READ_ATTEMPTS && status == EFI_BUFFER_TOO_SMALL; i++) {
        UINTN size = map_capacity, descriptor_size = 0;
        UINT32 version;
        status = BS->GetMemoryMap(&size, (EFI_MEMORY_DESCRIPTOR *)map_bytes, key, &descriptor_size, &version);
        map = (struct memory_map){map_bytes, size, descriptor_size};
        if (status == EFI_BUFFER_TOO_SMALL && descriptor_size >= sizeof(EFI_MEMORY_DESCRIPTOR)) {
            EFI_STATUS grown = map_grow(size, descriptor_size);
            status = EFI_ERROR(grown) ? grown : status;
        }
    }
    if (!EFI_ERROR(status) && memory_map_count(&map) == 0)
        return EFI_INCOMPATIBLE_VERSION;
    return status;
}

struct memory_regions memory_convert(void)
{
    return (struct memory_regions){regions, memory_map_convert(&map, kept, kept_count, regions, region_capacity)};
}
