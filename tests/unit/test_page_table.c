// Page table entries against words typed from the manual, and the tree that is built of them.
// sources: arch/paging/page_table.c arch/paging/page_map.c

#include "arch/paging/page_map.h"
#include "kernel/runtime/page.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { POOL_PAGES = 64 };

static const struct page_attributes read_only = {0};
static const struct page_attributes read_write = {.writable = true};
static const struct page_attributes read_execute = {.executable = true};
static const struct page_attributes device = {.writable = true, .uncached = true};
static const struct page_attributes combined = {.writable = true, .write_combining = true};

// A page allocator of a few pages, which are found by their own addresses.
static _Alignas(4096) unsigned char pool[POOL_PAGES][4096];
static uint64_t pool_used;
static uint64_t pool_limit;

void *page_pointer(struct physical address)
{
    return (void *)(uintptr_t)address.address;
}

enum result page_allocate(uint64_t count, uint64_t limit, struct physical *base)
{
    if (pool_used + count > pool_limit)
        return RESULT_NO_MEMORY;
    base->address = (uintptr_t)pool[pool_used];
    memset(pool[pool_used], 0, count * 4096);
    pool_used += count;
    return RESULT_OK;
}

static struct page_map new_map(uint32_t levels, uint32_t highest_leaf)
{
    struct page_map map = {.levels = levels, .highest_leaf = highest_leaf};
    pool_used = 0;
    pool_limit = POOL_PAGES;
    assert_int_equal(page_map_create(&map, 0), RESULT_OK);
    return map;
}

static uint64_t target_of(const struct page_map *map, uint64_t address)
{
    struct page_translation translation;
    assert_int_equal(page_map_find(map, address, &translation), RESULT_OK);
    return translation.target.address;
}

static void assert_unmapped(const struct page_map *map, uint64_t address)
{
    struct page_translation translation;
    assert_int_equal(page_map_find(map, address, &translation), RESULT_NOT_FOUND);
}

static void a_leaf_has_the_bits_of_the_manual(void **state)
{
    struct physical page = {0x12345000};
    assert_int_equal(page_table_leaf(page, 1, read_only), 0x8000000012345021);
    assert_int_equal(page_table_leaf(page, 1, read_write), 0x8000000012345063);
    assert_int_equal(page_table_leaf(page, 1, read_execute), 0x0000000012345021);
    assert_int_equal(page_table_leaf((struct physical){0xfee00000}, 1, device), 0x80000000fee0007b);
}

static void a_large_leaf_has_the_page_size_bit(void **state)
{
    assert_int_equal(page_table_leaf((struct physical){0x40000000}, 3, read_write), 0x80000000400000e3);
    assert_int_equal(page_table_leaf((struct physical){0xb0200000}, 2, device), 0x80000000b02000fb);
}

// PAT entry 1: PWT set, PCD and PAT clear, on pages of every size.
static void a_write_combining_leaf_chooses_entry_1_of_the_pat(void **state)
{
    assert_int_equal(page_table_leaf((struct physical){0xc0000000}, 1, combined), 0x80000000c000006b);
    assert_int_equal(page_table_leaf((struct physical){0xc0000000}, 2, combined), 0x80000000c00000eb);
    assert_true(page_table_attributes(0x80000000c00000eb).write_combining);
    assert_false(page_table_attributes(0x80000000c00000eb).uncached);
    assert_false(page_table_attributes(0x80000000fee0007b).write_combining);
    assert_false(page_table_attributes(0x8000000012345063).write_combining);
}

static void a_link_allows_everything(void **state)
{
    assert_int_equal(page_table_link((struct physical){0x7fff000}), 0x0000000007fff023);
}

static void an_index_is_nine_bits_of_its_level(void **state)
{
    uint64_t address = 0xffff800000000000 | UINT64_C(1) << 39 | UINT64_C(2) << 30 | 3 << 21 | 4 << 12;
    assert_int_equal(page_table_index(address, 1), 4);
    assert_int_equal(page_table_index(address, 2), 3);
    assert_int_equal(page_table_index(address, 3), 2);
    assert_int_equal(page_table_index(address, 4), 257);
    assert_int_equal(page_table_index(address, 5), 511);
}

static void the_pat_bit_of_a_large_page_is_not_part_of_its_target(void **state)
{
    assert_int_equal(page_table_target(0x800000004000 | 0x1083, 2).address, 0x800000000000);
    assert_int_equal(page_table_target(0x12345021, 1).address, 0x12345000);
}

static void the_best_level_needs_both_addresses_aligned_and_room(void **state)
{
    struct physical aligned = {0x40000000};
    assert_int_equal(page_table_best_level(0xffff800040000000, aligned, 0x40000000, 3), 3);
    assert_int_equal(page_table_best_level(0xffff800040000000, aligned, 0x40000000, 2), 2);
    assert_int_equal(page_table_best_level(0xffff800040000000, aligned, 0x3ffff000, 3), 2);
    assert_int_equal(page_table_best_level(0xffff800040000000, (struct physical){0x40001000}, 0x40000000, 3), 1);
    assert_int_equal(page_table_best_level(0xffff800040001000, aligned, 0x40000000, 3), 1);
}

static void a_range_reaches_exactly_to_its_edges(void **state)
{
    struct page_map map = new_map(4, 3);
    uint64_t base = 0xffff8000001ff000;
    assert_int_equal(page_map_range(&map, base, (struct physical){0x1ff000}, 0x202000, read_write), RESULT_OK);
    assert_unmapped(&map, base - 1);
    assert_int_equal(target_of(&map, base), 0x1ff000);
    assert_int_equal(target_of(&map, base + 0x1234), 0x1ff000 + 0x1234);
    assert_int_equal(target_of(&map, base + 0x201fff), 0x1ff000 + 0x201fff);
    assert_unmapped(&map, base + 0x202000);
}

static void the_middle_of_a_range_takes_large_pages(void **state)
{
    struct page_map map = new_map(4, 3);
    struct page_translation translation;
    assert_int_equal(page_map_range(&map, 0xffffc0003fe00000, (struct physical){0x3fe00000}, 0x40201000, device),
                     RESULT_OK);
    assert_int_equal(page_map_find(&map, 0xffffc0003fe00000, &translation), RESULT_OK);
    assert_int_equal(translation.page_size, 0x200000);
    assert_int_equal(page_map_find(&map, 0xffffc00040000000, &translation), RESULT_OK);
    assert_int_equal(translation.page_size, 0x40000000);
    assert_int_equal(page_map_find(&map, 0xffffc00080000000, &translation), RESULT_OK);
    assert_int_equal(translation.page_size, 0x1000);
    assert_true(translation.attributes.uncached && translation.attributes.writable);
    assert_false(translation.attributes.executable);
}

static void an_ecam_window_costs_a_few_tables(void **state)
{
    struct page_map map = new_map(4, 2);
    assert_int_equal(page_map_range(&map, 0xffffc00000000000, (struct physical){0xb0000000}, 0x10000000, device),
                     RESULT_OK);
    assert_int_equal(pool_used, 3);
}

static void five_levels_translate_as_four_do(void **state)
{
    struct page_map map = new_map(5, 2);
    assert_int_equal(page_map_range(&map, 0xffffffff80000000, (struct physical){0x200000}, 0x1000, read_execute),
                     RESULT_OK);
    assert_int_equal(target_of(&map, 0xffffffff80000010), 0x200010);
    assert_unmapped(&map, 0);
}

static void the_same_target_twice_is_accepted_and_keeps_its_rights(void **state)
{
    struct page_map map = new_map(4, 2);
    struct page_translation translation;
    assert_int_equal(page_map_range(&map, 0x400000, (struct physical){0x400000}, 0x200000, read_only), RESULT_OK);
    assert_int_equal(page_map_range(&map, 0x3ff000, (struct physical){0x3ff000}, 0x3000, read_write), RESULT_OK);
    assert_int_equal(page_map_find(&map, 0x400000, &translation), RESULT_OK);
    assert_false(translation.attributes.writable);
    assert_int_equal(page_map_find(&map, 0x3ff000, &translation), RESULT_OK);
    assert_true(translation.attributes.writable);
}

static void a_range_that_starts_inside_a_large_page_goes_on_behind_it(void **state)
{
    struct page_map map = new_map(4, 2);
    assert_int_equal(page_map_range(&map, 0x400000, (struct physical){0x400000}, 0x200000, read_only), RESULT_OK);
    assert_int_equal(page_map_range(&map, 0x5ff000, (struct physical){0x5ff000}, 0x3000, read_only), RESULT_OK);
    assert_int_equal(target_of(&map, 0x600000), 0x600000);
    assert_int_equal(target_of(&map, 0x601fff), 0x601fff);
    assert_unmapped(&map, 0x602000);
}

static void another_target_at_a_mapped_page_is_refused(void **state)
{
    struct page_map map = new_map(4, 2);
    assert_int_equal(page_map_range(&map, 0x400000, (struct physical){0x400000}, 0x200000, read_only), RESULT_OK);
    assert_int_equal(page_map_range(&map, 0x401000, (struct physical){0x402000}, 0x1000, read_only), RESULT_BUSY);
    assert_int_equal(target_of(&map, 0x401000), 0x401000);
}

static void a_large_page_fills_in_around_small_ones(void **state)
{
    struct page_map map = new_map(4, 2);
    assert_int_equal(page_map_range(&map, 0x401000, (struct physical){0x401000}, 0x1000, read_only), RESULT_OK);
    assert_int_equal(page_map_range(&map, 0x400000, (struct physical){0x400000}, 0x200000, read_write), RESULT_OK);
    for (uint64_t address = 0x400000; address < 0x600000; address += 0x1000)
        assert_int_equal(target_of(&map, address), address);
    assert_unmapped(&map, 0x600000);
}

static void crooked_and_wrapping_ranges_are_refused(void **state)
{
    struct page_map map = new_map(4, 2);
    assert_int_equal(page_map_range(&map, 0x1001, (struct physical){0x1000}, 0x1000, read_only), RESULT_INVALID);
    assert_int_equal(page_map_range(&map, 0x1000, (struct physical){0x1000}, 0x800, read_only), RESULT_INVALID);
    assert_int_equal(page_map_range(&map, 0x1000, (struct physical){0x1000}, 0, read_only), RESULT_INVALID);
    assert_int_equal(page_map_range(&map, 0xfffffffffffff000, (struct physical){0x1000}, 0x2000, read_only),
                     RESULT_INVALID);
}

static void the_last_page_of_the_address_space_can_be_mapped(void **state)
{
    struct page_map map = new_map(4, 2);
    assert_int_equal(page_map_range(&map, 0xfffffffffffff000, (struct physical){0x5000}, 0x1000, read_only), RESULT_OK);
    assert_int_equal(target_of(&map, 0xffffffffffffffff), 0x5fff);
}

static void running_out_of_tables_is_reported(void **state)
{
    struct page_map map = new_map(4, 2);
    pool_limit = 2;
    assert_int_equal(page_map_range(&map, 0x1000, (struct physical){0x1000}, 0x1000, read_only), RESULT_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leaf_has_the_bits_of_the_manual),
        cmocka_unit_test(a_large_leaf_has_the_page_size_bit),
        cmocka_unit_test(a_write_combining_leaf_chooses_entry_1_of_the_pat),
        cmocka_unit_test(a_link_allows_everything),
        cmocka_unit_test(an_index_is_nine_bits_of_its_level),
        cmocka_unit_test(the_pat_bit_of_a_large_page_is_not_part_of_its_target),
        cmocka_unit_test(the_best_level_needs_both_addresses_aligned_and_room),
        cmocka_unit_test(a_range_reaches_exactly_to_its_edges),
        cmocka_unit_test(the_middle_of_a_range_takes_large_pages),
        cmocka_unit_test(an_ecam_window_costs_a_few_tables),
        cmocka_unit_test(five_levels_translate_as_four_do),
        cmocka_unit_test(the_same_target_twice_is_accepted_and_keeps_its_rights),
        cmocka_unit_test(a_range_that_starts_inside_a_large_page_goes_on_behind_it),
        cmocka_unit_test(another_target_at_a_mapped_page_is_refused),
        cmocka_unit_test(a_large_page_fills_in_around_small_ones),
        cmocka_unit_test(crooked_and_wrapping_ranges_are_refused),
        cmocka_unit_test(the_last_page_of_the_address_space_can_be_mapped),
        cmocka_unit_test(running_out_of_tables_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
