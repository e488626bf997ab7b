// The firmware's memory map as the kernel gets it.

#include "boot/memory_map.h"
#include "kernel/lib/little_endian.h"

// EFI_MEMORY_TYPE and EFI_MEMORY_DESCRIPTOR (UEFI 2.10, 7.2.1 and 7.2.3).
enum {
    EFI_TYPE_LOADER_CODE = 1,
    EFI_TYPE_LOADER_DATA = 2,
    EFI_TYPE_BOOT_SERVICES_CODE = 3,
    EFI_TYPE_BOOT_SERVICES_DATA = 4,
    EFI_TYPE_RUNTIME_CODE = 5,
    EFI_TYPE_RUNTIME_DATA = 6,
    EFI_TYPE_CONVENTIONAL = 7,
    EFI_TYPE_ACPI_RECLAIM = 9,
    EFI_TYPE_ACPI_NVS = 10,
    EFI_TYPE_MMIO = 11,
    EFI_TYPE_MMIO_PORTS = 12,
};

enum {
    DESCRIPTOR_TYPE = 0,
    DESCRIPTOR_BASE = 8,
    DESCRIPTOR_PAGES = 24,
    DESCRIPTOR_ATTRIBUTE = 32,
    DESCRIPTOR_LENGTH = 40,
};

#define ATTRIBUTE_WRITE_BACK UINT64_C(0x8)
#define ATTRIBUTE_RUNTIME    UINT64_C(0x8000000000000000)
#define MEMORY_END           (~UINT64_C(0) - (PAGE_SIZE - 1))

struct span {
    uint64_t base;
    uint64_t end;
    uint32_t kind;
    uint32_t efi_type;
};

struct sources {
    const struct memory_map *map;
    const struct memory_range *kept;
    size_t kept_count;
    size_t descriptor_count;
};

// The span with the highest kind at an address, and the next address where that changes.
struct cover {
    bool covered;
    struct span strongest;
    uint64_t next; // 0: nothing beyond
};

static uint64_t span_end(uint64_t base, uint64_t pages)
{
    if (base >= MEMORY_END || pages > (MEMORY_END - base) / PAGE_SIZE)
        return MEMORY_END;
    return base + pages * PAGE_SIZE;
}

static struct span span_of_descriptor(const uint8_t *bytes)
{
    uint32_t type = little_endian_read32(bytes + DESCRIPTOR_TYPE);
    uint64_t base = little_endian_read(bytes + DESCRIPTOR_BASE, 8);
    uint64_t pages = little_endian_read(bytes + DESCRIPTOR_PAGES, 8);
    uint64_t attribute = little_endian_read(bytes + DESCRIPTOR_ATTRIBUTE, 8);
    return (struct span){base, span_end(base, pages), memory_map_kind(type, attribute), type};
}

static struct span span_get(const struct sources *sources, size_t index)
{
    if (index < sources->descriptor_count)
        return span_of_descriptor(sources->map->bytes + index * sources->map->descriptor_size);
    struct memory_range kept = sources->kept[index - sources->descriptor_count];
    return (struct span){kept.base, kept.base + kept.size, HANDOFF_MEMORY_KERNEL, EFI_TYPE_LOADER_DATA};
}

static void cover_note_boundary(struct cover *cover, uint64_t boundary, uint64_t cursor)
{
    if (boundary > cursor && (cover->next == 0 || boundary < cover->next))
        cover->next = boundary;
}

static struct cover cover_at(const struct sources *sources, uint64_t cursor)
{
    struct cover cover = {0};
    for (size_t i = 0; i < sources->descriptor_count + sources->kept_count; i++) {
        struct span span = span_get(sources, i);
        cover_note_boundary(&cover, span.base, cursor);
        cover_note_boundary(&cover, span.end, cursor);
        bool here = span.base <= cursor && cursor < span.end;
        if (here && (!cover.covered || span.kind > cover.strongest.kind)) {
            cover.covered = true;
            cover.strongest = span;
        }
    }
    return cover;
}

static size_t region_append(struct handoff_region *regions, size_t capacity, size_t count, struct handoff_region add)
{
    if (count > 0 && count <= capacity) {
        struct handoff_region *last = &regions[count - 1];
        if (last->base + last->size == add.base && last->kind == add.kind) {
            last->size += add.size;
            return count;
        }
    }
    if (count < capacity)
        regions[count] = add;
    return count + 1;
}

enum handoff_memory memory_map_kind(uint32_t efi_type, uint64_t attribute)
{
    switch (efi_type) {
    case EFI_TYPE_LOADER_CODE:
    case EFI_TYPE_LOADER_DATA:
    case EFI_TYPE_BOOT_SERVICES_CODE:
    case EFI_TYPE_BOOT_SERVICES_DATA:
        return attribute & ATTRIBUTE_RUNTIME ? HANDOFF_MEMORY_RUNTIME : HANDOFF_MEMORY_FIRMWARE;
    case EFI_TYPE_RUNTIME_CODE:
    case EFI_TYPE_RUNTIME_DATA:
        return HANDOFF_MEMORY_RUNTIME;
    case EFI_TYPE_CONVENTIONAL:
        if (attribute & ATTRIBUTE_RUNTIME)
            return HANDOFF_MEMORY_RUNTIME;
        return attribute & ATTRIBUTE_WRITE_BACK ? HANDOFF_MEMORY_FREE : HANDOFF_MEMORY_RESERVED;
    case EFI_TYPE_ACPI_RECLAIM:
    case EFI_TYPE_ACPI_NVS:
        return HANDOFF_MEMORY_ACPI;
    case EFI_TYPE_MMIO:
    case EFI_TYPE_MMIO_PORTS:
        return HANDOFF_MEMORY_DEVICE;
    default:
        return HANDOFF_MEMORY_RESERVED;
    }
}

size_t memory_map_count(const struct memory_map *map)
{
    return map->descriptor_size < DESCRIPTOR_LENGTH ? 0 : map->size / map->descriptor_size;
}

size_t memory_map_region_limit(size_t descriptors, size_t kept_count)
{
    return 2 * (descriptors + kept_count);
}

size_t memory_map_convert(const struct memory_map *map, const struct memory_range *kept, size_t kept_count,
                          struct handoff_region *regions, size_t capacity)
{
    struct sources sources = {map, kept, kept_count, memory_map_count(map)};
    size_t count = 0;
    struct cover cover = cover_at(&sources, 0);
    // The cursor visits every begin and end of a span once, so the limit is the number of steps as well.
    for (uint64_t cursor = 0; cover.next != 0; cover = cover_at(&sources, cursor)) {
        if (cover.covered)
            count = region_append(regions, capacity, count,
                                  (struct handoff_region){cursor, cover.next - cursor, cover.strongest.kind,
                                                          cover.strongest.efi_type});
        cursor = cover.next;
    }
    return count;
}

const char *memory_map_kind_name(uint32_t kind)
{
    static const char *const names[] = {
        [HANDOFF_MEMORY_FREE] = "free",     [HANDOFF_MEMORY_FIRMWARE] = "firmware",
        [HANDOFF_MEMORY_ACPI] = "acpi",     [HANDOFF_MEMORY_RUNTIME] = "runtime",
        [HANDOFF_MEMORY_KERNEL] = "kernel", [HANDOFF_MEMORY_RESERVED] = "reserved",
        [HANDOFF_MEMORY_DEVICE] = "device",
    };
    return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "unknown";
}
