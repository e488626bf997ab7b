// The firmware's memory map turned into regions: in order, without overlap, nothing doubtful free.
// sources: boot/memory_map.c

#include "boot/memory_map.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DESCRIPTOR_SIZE = 40, REGION_CAPACITY = 64 };
enum { LOADER_DATA = 2, BOOT_DATA = 4, RUNTIME_DATA = 6, CONVENTIONAL = 7, ACPI_RECLAIM = 9, ACPI_NVS = 10, MMIO = 11 };

#define WRITE_BACK UINT64_C(0xf)
#define RUNTIME    UINT64_C(0x8000000000000000)

struct descriptor {
    uint32_t type;
    uint64_t base;
    uint64_t pages;
    uint64_t attribute;
};

static struct handoff_region regions[REGION_CAPACITY];

// Descriptors as the firmware lays them out, in a block of exactly their size.
static size_t convert(const struct descriptor *descriptors, size_t count, size_t stride,
                      const struct memory_range *kept, size_t kept_count)
{
    uint8_t *bytes = calloc(1, count * stride + 1);
    for (size_t i = 0; i < count; i++) {
        uint8_t *at = bytes + i * stride;
        memset(at, 0xaa, stride);
        memcpy(at, &descriptors[i].type, 4);
        memcpy(at + 8, &descriptors[i].base, 8);
        memcpy(at + 24, &descriptors[i].pages, 8);
        memcpy(at + 32, &descriptors[i].attribute, 8);
    }
    struct memory_map map = {bytes, count * stride, stride};
    memset(regions, 0xee, sizeof(regions));
    size_t result = memory_map_convert(&map, kept, kept_count, regions, REGION_CAPACITY);
    assert_true(result <= memory_map_region_limit(count, kept_count));
    free(bytes);
    return result;
}

static void assert_region(size_t index, uint64_t base, uint64_t size, enum handoff_memory kind)
{
    assert_int_equal(regions[index].base, base);
    assert_int_equal(regions[index].size, size);
    assert_int_equal(regions[index].kind, kind);
}

static void descriptors_larger_than_the_structure_are_read_by_their_stride(void **state)
{
    const struct descriptor map[] = {{CONVENTIONAL, 0x1000, 2, WRITE_BACK}, {RUNTIME_DATA, 0x3000, 1, WRITE_BACK}};
    for (size_t stride = 40; stride <= 56; stride += 8) {
        assert_int_equal(convert(map, 2, stride, NULL, 0), 2);
        assert_region(0, 0x1000, 0x2000, HANDOFF_MEMORY_FREE);
        assert_region(1, 0x3000, 0x1000, HANDOFF_MEMORY_RUNTIME);
    }
}

static void descriptors_shorter_than_the_structure_are_refused(void **state)
{
    static const uint8_t bytes[DESCRIPTOR_SIZE] = {0};
    struct memory_map map = {bytes, sizeof(bytes), DESCRIPTOR_SIZE - 1};
    assert_int_equal(memory_map_count(&map), 0);
    assert_int_equal(memory_map_convert(&map, NULL, 0, regions, REGION_CAPACITY), 0);
    map.descriptor_size = 0;
    assert_int_equal(memory_map_count(&map), 0);
}

static void a_partial_descriptor_at_the_end_is_left_out(void **state)
{
    static const uint8_t bytes[DESCRIPTOR_SIZE + 39] = {0};
    struct memory_map map = {bytes, sizeof(bytes), DESCRIPTOR_SIZE};
    assert_int_equal(memory_map_count(&map), 1);
}

static void unsorted_descriptors_come_out_in_order(void **state)
{
    const struct descriptor map[] = {{MMIO, 0xfec00000, 1, 1},
                                     {CONVENTIONAL, 0x100000, 16, WRITE_BACK},
                                     {ACPI_NVS, 0x0, 1, WRITE_BACK}};
    assert_int_equal(convert(map, 3, DESCRIPTOR_SIZE, NULL, 0), 3);
    assert_region(0, 0, 0x1000, HANDOFF_MEMORY_ACPI);
    assert_region(1, 0x100000, 0x10000, HANDOFF_MEMORY_FREE);
    assert_region(2, 0xfec00000, 0x1000, HANDOFF_MEMORY_DEVICE);
}

static void neighbours_of_one_kind_are_merged(void **state)
{
    const struct descriptor map[] = {{LOADER_DATA, 0x2000, 1, WRITE_BACK},
                                     {BOOT_DATA, 0x1000, 1, WRITE_BACK},
                                     {CONVENTIONAL, 0x3000, 1, WRITE_BACK},
                                     {CONVENTIONAL, 0x5000, 1, WRITE_BACK}};
    assert_int_equal(convert(map, 4, DESCRIPTOR_SIZE, NULL, 0), 3);
    assert_region(0, 0x1000, 0x2000, HANDOFF_MEMORY_FIRMWARE);
    assert_int_equal(regions[0].efi_type, BOOT_DATA);
    assert_region(1, 0x3000, 0x1000, HANDOFF_MEMORY_FREE);
    assert_region(2, 0x5000, 0x1000, HANDOFF_MEMORY_FREE);
}

static void where_descriptors_overlap_nothing_doubtful_is_free(void **state)
{
    const struct descriptor map[] = {{CONVENTIONAL, 0x1000, 8, WRITE_BACK},
                                     {ACPI_RECLAIM, 0x3000, 2, WRITE_BACK},
                                     {BOOT_DATA, 0x4000, 2, WRITE_BACK},
                                     {0, 0x8000, 4, WRITE_BACK}};
    assert_int_equal(convert(map, 4, DESCRIPTOR_SIZE, NULL, 0), 5);
    assert_region(0, 0x1000, 0x2000, HANDOFF_MEMORY_FREE);
    assert_region(1, 0x3000, 0x2000, HANDOFF_MEMORY_ACPI);
    assert_region(2, 0x5000, 0x1000, HANDOFF_MEMORY_FIRMWARE);
    assert_region(3, 0x6000, 0x2000, HANDOFF_MEMORY_FREE);
    assert_region(4, 0x8000, 0x4000, HANDOFF_MEMORY_RESERVED);
}

static void kept_pages_are_cut_out_of_what_surrounds_them(void **state)
{
    const struct descriptor map[] = {{LOADER_DATA, 0x10000, 16, WRITE_BACK}};
    const struct memory_range kept[] = {{0x14000, 0x2000}, {0x12000, 0x1000}, {0x13000, 0x1000}};
    assert_int_equal(convert(map, 1, DESCRIPTOR_SIZE, kept, 3), 3);
    assert_region(0, 0x10000, 0x2000, HANDOFF_MEMORY_FIRMWARE);
    assert_region(1, 0x12000, 0x4000, HANDOFF_MEMORY_KERNEL);
    assert_region(2, 0x16000, 0xa000, HANDOFF_MEMORY_FIRMWARE);
}

static void empty_descriptors_vanish(void **state)
{
    const struct descriptor map[] = {{CONVENTIONAL, 0x1000, 0, WRITE_BACK}, {CONVENTIONAL, 0, 0, WRITE_BACK}};
    assert_int_equal(convert(map, 2, DESCRIPTOR_SIZE, NULL, 0), 0);
    assert_int_equal(convert(map, 0, DESCRIPTOR_SIZE, NULL, 0), 0);
}

static void wrapping_descriptors_end_at_the_last_page(void **state)
{
    const struct descriptor map[] = {{CONVENTIONAL, 0x1000, UINT64_MAX, WRITE_BACK},
                                     {MMIO, UINT64_MAX - 0xfff, 1, 1},
                                     {MMIO, 0x5000, UINT64_C(1) << 52, 1}};
    assert_int_equal(convert(map, 3, DESCRIPTOR_SIZE, NULL, 0), 2);
    assert_region(0, 0x1000, 0x4000, HANDOFF_MEMORY_FREE);
    assert_region(1, 0x5000, UINT64_MAX - 0xfff - 0x5000, HANDOFF_MEMORY_DEVICE);
}

static void too_little_room_writes_nothing_beyond_it(void **state)
{
    uint8_t bytes[3 * DESCRIPTOR_SIZE] = {0};
    for (size_t i = 0; i < 3; i++) {
        bytes[i * DESCRIPTOR_SIZE + 9] = (uint8_t)(0x20 * i);
        bytes[i * DESCRIPTOR_SIZE + 24] = 1;
    }
    struct memory_map map = {bytes, sizeof(bytes), DESCRIPTOR_SIZE};
    memset(regions, 0xee, sizeof(regions));
    assert_int_equal(memory_map_convert(&map, NULL, 0, regions, 1), 3);
    assert_region(0, 0, 0x1000, HANDOFF_MEMORY_RESERVED);
    assert_int_equal(regions[1].size, UINT64_C(0xeeeeeeeeeeeeeeee));
    assert_int_equal(memory_map_convert(&map, NULL, 0, NULL, 0), 3);
}

static void every_efi_type_has_its_kind(void **state)
{
    static const enum handoff_memory kinds[] = {
        HANDOFF_MEMORY_RESERVED, HANDOFF_MEMORY_FIRMWARE, HANDOFF_MEMORY_FIRMWARE, HANDOFF_MEMORY_FIRMWARE,
        HANDOFF_MEMORY_FIRMWARE, HANDOFF_MEMORY_RUNTIME,  HANDOFF_MEMORY_RUNTIME,  HANDOFF_MEMORY_FREE,
        HANDOFF_MEMORY_RESERVED, HANDOFF_MEMORY_ACPI,     HANDOFF_MEMORY_ACPI,     HANDOFF_MEMORY_DEVICE,
        HANDOFF_MEMORY_DEVICE,   HANDOFF_MEMORY_RESERVED, HANDOFF_MEMORY_RESERVED, HANDOFF_MEMORY_RESERVED,
    };
    for (uint32_t type = 0; type < sizeof(kinds) / sizeof(kinds[0]); type++)
        assert_int_equal(memory_map_kind(type, WRITE_BACK), kinds[type]);
    assert_int_equal(memory_map_kind(UINT32_C(0x80000000), WRITE_BACK), HANDOFF_MEMORY_RESERVED);
    assert_int_equal(memory_map_kind(UINT32_MAX, WRITE_BACK), HANDOFF_MEMORY_RESERVED);
}

static void memory_that_is_uncacheable_or_claimed_by_runtime_services_is_not_free(void **state)
{
    assert_int_equal(memory_map_kind(CONVENTIONAL, 1), HANDOFF_MEMORY_RESERVED);
    assert_int_equal(memory_map_kind(CONVENTIONAL, WRITE_BACK | RUNTIME), HANDOFF_MEMORY_RUNTIME);
    assert_int_equal(memory_map_kind(BOOT_DATA, WRITE_BACK | RUNTIME), HANDOFF_MEMORY_RUNTIME);
    assert_int_equal(memory_map_kind(MMIO, RUNTIME), HANDOFF_MEMORY_DEVICE);
}

// What holds at `address`, found the slow way.
static int kind_at(const struct descriptor *map, size_t count, const struct memory_range *kept, uint64_t address)
{
    int strongest = -1;
    for (size_t i = 0; i < count; i++) {
        int kind = (int)memory_map_kind(map[i].type, map[i].attribute);
        if (address >= map[i].base && address - map[i].base < map[i].pages * 4096 && kind > strongest)
            strongest = kind;
    }
    if (address - kept->base < kept->size && strongest < HANDOFF_MEMORY_KERNEL)
        strongest = HANDOFF_MEMORY_KERNEL;
    return strongest;
}

static int region_kind_at(size_t count, uint64_t address)
{
    for (size_t i = 0; i < count; i++)
        if (address >= regions[i].base && address - regions[i].base < regions[i].size)
            return (int)regions[i].kind;
    return -1;
}

static void random_maps_agree_with_a_page_by_page_look(void **state)
{
    enum { PAGES = 64, DESCRIPTORS = 12, ROUNDS = 2000 };
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        struct descriptor map[DESCRIPTORS];
        for (size_t i = 0; i < DESCRIPTORS; i++)
            map[i] = (struct descriptor){(uint32_t)(rand() % 16), (uint64_t)(rand() % PAGES) * 4096,
                                         (uint64_t)(rand() % 16), WRITE_BACK};
        struct memory_range kept = {(uint64_t)(rand() % PAGES) * 4096, 8192};
        size_t count = convert(map, DESCRIPTORS, 48, &kept, 1);
        for (uint64_t page = 0; page < PAGES + 20; page++)
            assert_int_equal(region_kind_at(count, page * 4096), kind_at(map, DESCRIPTORS, &kept, page * 4096));
        for (size_t i = 1; i < count; i++) {
            uint64_t end = regions[i - 1].base + regions[i - 1].size;
            assert_true(regions[i].base > end || (regions[i].base == end && regions[i].kind != regions[i - 1].kind));
        }
    }
}

static void every_kind_has_a_name_and_strangers_too(void **state)
{
    assert_string_equal(memory_map_kind_name(HANDOFF_MEMORY_FREE), "free");
    assert_string_equal(memory_map_kind_name(HANDOFF_MEMORY_DEVICE), "device");
    assert_string_equal(memory_map_kind_name(HANDOFF_MEMORY_DEVICE + 1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors_larger_than_the_structure_are_read_by_their_stride),
        cmocka_unit_test(descriptors_shorter_than_the_structure_are_refused),
        cmocka_unit_test(a_partial_descriptor_at_the_end_is_left_out),
        cmocka_unit_test(unsorted_descriptors_come_out_in_order),
        cmocka_unit_test(neighbours_of_one_kind_are_merged),
        cmocka_unit_test(where_descriptors_overlap_nothing_doubtful_is_free),
        cmocka_unit_test(kept_pages_are_cut_out_of_what_surrounds_them),
        cmocka_unit_test(empty_descriptors_vanish),
        cmocka_unit_test(wrapping_descriptors_end_at_the_last_page),
        cmocka_unit_test(too_little_room_writes_nothing_beyond_it),
        cmocka_unit_test(every_efi_type_has_its_kind),
        cmocka_unit_test(memory_that_is_uncacheable_or_claimed_by_runtime_services_is_not_free),
        cmocka_unit_test(random_maps_agree_with_a_page_by_page_look),
        cmocka_unit_test(every_kind_has_a_name_and_strangers_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
