// Capability walks over lists as they should be, and as they should not.
// sources: drivers/pci/pci_capability.c

#include "drivers/pci/pci_capability.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct space {
    uint32_t dwords[1024];
    uint32_t reads;
};

static struct capability items[PCI_CAPABILITY_EXTENDED_LIMIT];

static uint32_t space_read32(void *context, uint16_t offset)
{
    struct space *space = context;
    assert_int_equal(offset % 4, 0);
    assert_in_range(offset, 0, 0xffc);
    space->reads++;
    return space->dwords[offset / 4];
}

static void put(struct space *space, uint16_t offset, uint32_t value)
{
    space->dwords[offset / 4] = value;
}

static void space_start(struct space *space, uint8_t pointer)
{
    memset(space, 0, sizeof(*space));
    put(space, 0x04, 0x00100000);
    put(space, 0x34, pointer);
}

static struct pci_capability_walk walk_standard(struct space *space)
{
    struct pci_reader reader = {space_read32, space};
    struct pci_capability_walk walk = {.items = items};
    pci_capability_walk(&reader, &walk);
    return walk;
}

static struct pci_capability_walk walk_extended(struct space *space)
{
    struct pci_reader reader = {space_read32, space};
    struct pci_capability_walk walk = {.items = items};
    pci_capability_walk_extended(&reader, &walk);
    return walk;
}

static void assert_item(uint32_t index, uint16_t id, uint16_t offset)
{
    assert_int_equal(items[index].id, id);
    assert_int_equal(items[index].offset, offset);
}

static void assert_fault(const struct pci_capability_walk *walk, const char *expected)
{
    char text[PCI_CAPABILITY_FAULT_TEXT];
    assert_true(pci_capability_fault_text(walk, text));
    assert_string_equal(text, expected);
}

static void a_list_is_read_in_its_own_order(void **state)
{
    struct space space;
    space_start(&space, 0xc8);
    put(&space, 0xc8, 0xc823d001);
    put(&space, 0xd0, 0x0080e005);
    put(&space, 0xe0, 0x0001a010);
    put(&space, 0xa0, 0x00040011);
    struct pci_capability_walk walk = walk_standard(&space);
    assert_int_equal(walk.count, 4);
    assert_item(0, 0x01, 0xc8);
    assert_item(1, 0x05, 0xd0);
    assert_item(2, 0x10, 0xe0);
    assert_item(3, 0x11, 0xa0);
    assert_false(pci_capability_fault_text(&walk, (char[PCI_CAPABILITY_FAULT_TEXT]){0}));
}

static void without_the_status_bit_the_pointer_is_not_followed(void **state)
{
    struct space space;
    space_start(&space, 0x40);
    put(&space, 0x04, 0xffef0000);
    put(&space, 0x40, 0x00000005);
    assert_int_equal(walk_standard(&space).count, 0);
    assert_int_equal(space.reads, 1);
}

static void the_low_two_bits_of_pointers_are_masked(void **state)
{
    struct space space;
    space_start(&space, 0x43);
    put(&space, 0x40, 0x00005305);
    put(&space, 0x50, 0x00000011);
    assert_int_equal(walk_standard(&space).count, 2);
    assert_item(1, 0x11, 0x50);
}

static void a_null_pointer_with_the_status_bit_set_is_an_empty_list(void **state)
{
    struct space space;
    space_start(&space, 0);
    struct pci_capability_walk walk = walk_standard(&space);
    assert_int_equal(walk.count, 0);
    assert_int_equal(walk.fault, PCI_CAPABILITY_PROPER);
}

static void a_loop_is_named_and_what_stands_before_it_is_kept(void **state)
{
    struct space space;
    space_start(&space, 0x40);
    put(&space, 0x40, 0x00005001);
    put(&space, 0x50, 0x00006005);
    put(&space, 0x60, 0x00005011);
    struct pci_capability_walk walk = walk_standard(&space);
    assert_int_equal(walk.count, 3);
    assert_fault(&walk, "loops at 0x50");
}

static void a_capability_that_points_at_itself_is_a_loop(void **state)
{
    struct space space;
    space_start(&space, 0xfc);
    put(&space, 0xfc, 0x0000fc09);
    struct pci_capability_walk walk = walk_standard(&space);
    assert_int_equal(walk.count, 1);
    assert_fault(&walk, "loops at 0xfc");
}

static void all_ones_end_the_list(void **state)
{
    struct space space;
    space_start(&space, 0x40);
    put(&space, 0x40, 0x00008001);
    put(&space, 0x80, 0xffffffff);
    struct pci_capability_walk walk = walk_standard(&space);
    assert_int_equal(walk.count, 1);
    assert_fault(&walk, "all ones at 0x80");
}

static void a_function_that_is_gone_has_no_list(void **state)
{
    struct space space;
    memset(&space, 0xff, sizeof(space));
    assert_int_equal(walk_standard(&space).count, 0);
    assert_int_equal(walk_extended(&space).count, 0);
}

static void a_pointer_into_the_header_is_named(void **state)
{
    struct space space;
    space_start(&space, 0x40);
    put(&space, 0x40, 0x00003c01);
    struct pci_capability_walk walk = walk_standard(&space);
    assert_int_equal(walk.count, 1);
    assert_fault(&walk, "points to 0x3c");
}

static void the_longest_possible_list_fits_the_limit(void **state)
{
    struct space space;
    space_start(&space, 0x40);
    for (uint32_t offset = 0x40; offset < 0x100; offset += 4)
        put(&space, (uint16_t)offset, ((offset + 4) & 0xff) << 8 | 9);
    struct pci_capability_walk walk = walk_standard(&space);
    assert_int_equal(walk.count, PCI_CAPABILITY_LIMIT);
    assert_int_equal(walk.fault, PCI_CAPABILITY_PROPER);
}

static void an_extended_list_is_read_from_0x100(void **state)
{
    struct space space = {0};
    put(&space, 0x100, 0x14020001);
    put(&space, 0x140, 0x1c010003);
    put(&space, 0x1c0, 0x00010018);
    struct pci_capability_walk walk = walk_extended(&space);
    assert_int_equal(walk.count, 3);
    assert_item(0, 0x0001, 0x100);
    assert_item(1, 0x0003, 0x140);
    assert_item(2, 0x0018, 0x1c0);
    assert_int_equal(walk.fault, PCI_CAPABILITY_PROPER);
}

static void an_extended_space_of_zeros_has_no_list(void **state)
{
    struct space space = {0};
    struct pci_capability_walk walk = walk_extended(&space);
    assert_int_equal(walk.count, 0);
    assert_int_equal(walk.fault, PCI_CAPABILITY_PROPER);
}

static void an_extended_loop_is_named(void **state)
{
    struct space space = {0};
    put(&space, 0x100, 0xffc10001);
    put(&space, 0xffc, 0x10010003);
    struct pci_capability_walk walk = walk_extended(&space);
    assert_int_equal(walk.count, 2);
    assert_fault(&walk, "loops at 0x100");
}

static void an_extended_pointer_below_0x100_is_named(void **state)
{
    struct space space = {0};
    put(&space, 0x100, 0x04010001);
    struct pci_capability_walk walk = walk_extended(&space);
    assert_int_equal(walk.count, 1);
    assert_fault(&walk, "points to 0x40");
}

static void all_ones_within_an_extended_list_are_named(void **state)
{
    struct space space = {0};
    put(&space, 0x100, 0x20010001);
    put(&space, 0x200, 0xffffffff);
    struct pci_capability_walk walk = walk_extended(&space);
    assert_int_equal(walk.count, 1);
    assert_fault(&walk, "all ones at 0x200");
}

static void find_answers_the_first_of_an_id_and_0_for_none(void **state)
{
    struct capability list_items[] = {{0x09, 0x40}, {0x05, 0x50}, {0x09, 0x60}};
    struct capability_list list = {.items = list_items, .count = 3};
    assert_int_equal(pci_capability_find(&list, 0x09), 0x40);
    assert_int_equal(pci_capability_find(&list, 0x05), 0x50);
    assert_int_equal(pci_capability_find(&list, 0x11), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_read_in_its_own_order),
        cmocka_unit_test(without_the_status_bit_the_pointer_is_not_followed),
        cmocka_unit_test(the_low_two_bits_of_pointers_are_masked),
        cmocka_unit_test(a_null_pointer_with_the_status_bit_set_is_an_empty_list),
        cmocka_unit_test(a_loop_is_named_and_what_stands_before_it_is_kept),
        cmocka_unit_test(a_capability_that_points_at_itself_is_a_loop),
        cmocka_unit_test(all_ones_end_the_list),
        cmocka_unit_test(a_function_that_is_gone_has_no_list),
        cmocka_unit_test(a_pointer_into_the_header_is_named),
        cmocka_unit_test(the_longest_possible_list_fits_the_limit),
        cmocka_unit_test(an_extended_list_is_read_from_0x100),
        cmocka_unit_test(an_extended_space_of_zeros_has_no_list),
        cmocka_unit_test(an_extended_loop_is_named),
        cmocka_unit_test(an_extended_pointer_below_0x100_is_named),
        cmocka_unit_test(all_ones_within_an_extended_list_are_named),
        cmocka_unit_test(find_answers_the_first_of_an_id_and_0_for_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
