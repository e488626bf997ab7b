// The loader's record: what is accepted, and what is refused with which words.
// sources: arch/handoff.c

#include "arch/handoff.h"
#include "kernel/runtime/page.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEPT = 0, LOADER = 1, FREE = 2, DEVICE = 3, REGION_COUNT = 4 };

// One page of kernel memory that holds the map and the image, one of the loader's with its texts.
static _Alignas(4096) struct {
    struct handoff_region regions[REGION_COUNT];
    char rest[4096 - sizeof(struct handoff_region[REGION_COUNT])];
} kept;
static _Alignas(4096) char loader[4096];
static struct handoff record;
static const char *fault;

void *page_pointer(struct physical address)
{
    return (void *)(uintptr_t)address.address;
}

static int good_record(void **state)
{
    kept.regions[KEPT] = (struct handoff_region){(uintptr_t)&kept, 4096, HANDOFF_MEMORY_KERNEL, 2};
    kept.regions[LOADER] = (struct handoff_region){(uintptr_t)loader, 4096, HANDOFF_MEMORY_FIRMWARE, 1};
    kept.regions[FREE] = (struct handoff_region){0x100000, 0x100000, HANDOFF_MEMORY_FREE, 7};
    kept.regions[DEVICE] = (struct handoff_region){0xfee00000, 0x1000, HANDOFF_MEMORY_DEVICE, 11};
    memset(loader, 'a', sizeof(loader));
    strcpy(loader + 4000, "fw_cfg");
    record = (struct handoff){
        .magic = HANDOFF_MAGIC,
        .version = HANDOFF_VERSION,
        .size = sizeof(struct handoff),
        .regions = (uintptr_t)kept.regions,
        .region_count = REGION_COUNT,
        .command_line = (uintptr_t)loader,
        .command_line_length = 5,
        .command_source = (uintptr_t)loader + 4000,
        .kernel_base = (uintptr_t)&kept,
        .kernel_size = 4096,
    };
    fault = NULL;
    return 0;
}

static void assert_refused(enum result result, const char *words)
{
    assert_int_equal(handoff_accept(&record, &fault), result);
    assert_non_null(fault);
    assert_string_equal(fault, words);
}

static void a_good_record_is_kept_with_its_texts(void **state)
{
    assert_int_equal(handoff_accept(&record, &fault), RESULT_OK);
    assert_null(fault);
    memset(loader, 0, sizeof(loader));
    assert_string_equal(handoff_command_line(), "aaaaa");
    assert_string_equal(handoff_command_source(), "fw_cfg");
    assert_int_equal(handoff_get()->region_count, REGION_COUNT);
    assert_ptr_equal(handoff_regions(), kept.regions);
}

static void another_magic_version_or_size_is_refused(void **state)
{
    record.size--;
    assert_refused(RESULT_TRUNCATED, "handoff record of another size");
    record.version++;
    assert_refused(RESULT_UNSUPPORTED, "handoff record of another version");
    record.magic ^= 1;
    assert_refused(RESULT_INVALID, "not a handoff record");
}

static void a_record_without_a_map_is_refused(void **state)
{
    record.region_count = 0;
    assert_refused(RESULT_INVALID, "no usable memory map");
    record.region_count = UINT32_MAX;
    assert_refused(RESULT_INVALID, "no usable memory map");
}

static void a_region_that_is_empty_crooked_wrapping_or_of_no_kind_is_refused(void **state)
{
    const struct handoff_region wrong[] = {
        {0x1000, 0, HANDOFF_MEMORY_FREE, 7},
        {0x1001, 0x1000, HANDOFF_MEMORY_FREE, 7},
        {0x1000, 0x1001, HANDOFF_MEMORY_FREE, 7},
        {0xfffffffffffff000, 0x2000, HANDOFF_MEMORY_FREE, 7},
        {0x1000, 0x1000, HANDOFF_MEMORY_DEVICE + 1, 7},
    };
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        kept.regions[FREE] = wrong[i];
        assert_refused(RESULT_INVALID, "memory map holds an impossible region");
    }
}

static void a_list_of_consoles_has_an_end_and_no_path_beyond_its_room(void **state)
{
    record.consoles[1].depth = HANDOFF_CONSOLE_DEPTH + 1;
    assert_refused(RESULT_OUT_OF_BOUNDS, "console lies deeper than its path");
    record.consoles[1].depth = HANDOFF_CONSOLE_DEPTH;
    record.consoles[HANDOFF_CONSOLE_COUNT].kind = HANDOFF_CONSOLE_PC;
    assert_refused(RESULT_INVALID, "list of consoles has no end");
}

static void a_map_or_image_that_is_not_kept_is_refused(void **state)
{
    record.kernel_size = 4097;
    assert_refused(RESULT_OUT_OF_BOUNDS, "kernel image lies outside kernel memory");
    kept.regions[KEPT].kind = HANDOFF_MEMORY_FREE;
    assert_refused(RESULT_OUT_OF_BOUNDS, "memory map lies outside kernel memory");
}

static void symbols_must_be_kept_and_texts_must_be_memory(void **state)
{
    record.symbols = (uintptr_t)loader;
    record.symbols_size = 24;
    assert_refused(RESULT_OUT_OF_BOUNDS, "symbols lie outside kernel memory");
    record.symbols = 0;
    record.command_line = 0xfee00000;
    assert_refused(RESULT_OUT_OF_BOUNDS, "command line lies outside memory");
}

static void long_texts_are_cut_and_ended(void **state)
{
    record.command_line_length = 4000;
    memset(loader + 4000, 'b', 96); // the source runs to the end of its region without an end of its own
    assert_int_equal(handoff_accept(&record, &fault), RESULT_OK);
    assert_int_equal(strlen(handoff_command_line()), 1023);
    assert_int_equal(handoff_get()->command_line_length, 1023);
    assert_int_equal(strlen(handoff_command_source()), 31);
}

static void memory_is_found_only_where_one_region_holds_all_of_it(void **state)
{
    enum handoff_memory kind;
    assert_int_equal(handoff_accept(&record, &fault), RESULT_OK);
    assert_int_equal(handoff_memory_find((struct physical){0x1ff000}, 0x1000, &kind), RESULT_OK);
    assert_int_equal(kind, HANDOFF_MEMORY_FREE);
    assert_int_equal(handoff_memory_find((struct physical){0x1ff000}, 0x1001, &kind), RESULT_NOT_FOUND);
    assert_int_equal(handoff_memory_find((struct physical){0x200000}, 1, &kind), RESULT_NOT_FOUND);
    assert_int_equal(handoff_memory_find((struct physical){0xfffff}, 1, &kind), RESULT_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_record_is_kept_with_its_texts, good_record),
        cmocka_unit_test_setup(another_magic_version_or_size_is_refused, good_record),
        cmocka_unit_test_setup(a_record_without_a_map_is_refused, good_record),
        cmocka_unit_test_setup(a_region_that_is_empty_crooked_wrapping_or_of_no_kind_is_refused, good_record),
        cmocka_unit_test_setup(a_list_of_consoles_has_an_end_and_no_path_beyond_its_room, good_record),
        cmocka_unit_test_setup(a_map_or_image_that_is_not_kept_is_refused, good_record),
        cmocka_unit_test_setup(symbols_must_be_kept_and_texts_must_be_memory, good_record),
        cmocka_unit_test_setup(long_texts_are_cut_and_ended, good_record),
        cmocka_unit_test_setup(memory_is_found_only_where_one_region_holds_all_of_it, good_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
