// The check of the kernel's ELF file: the good one is described, each broken one is refused by name.
// sources: boot/elf.c

#include "boot/elf.h"
#include "boot/handoff.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// The sample's layout: header, two program headers, text, data, symbols, strings, four section headers.
enum {
    PROGRAM_HEADERS = 64,
    TEXT_HEADER = PROGRAM_HEADERS,
    DATA_HEADER = PROGRAM_HEADERS + 56,
    TEXT = 0x100,
    DATA = 0x140,
    SYMBOLS = 0x160,
    STRINGS = 0x190,
    SECTION_HEADERS = 0x1a0,
    SYMBOLS_HEADER = SECTION_HEADERS + 64,
    STRINGS_HEADER = SECTION_HEADERS + 128,
    SAMPLE_SIZE = SECTION_HEADERS + 192,
};

static uint8_t sample[SAMPLE_SIZE];
static struct elf_image image;

static void put(size_t offset, unsigned width, uint64_t value)
{
    memcpy(sample + offset, &value, width);
}

static void put_segment(size_t header, uint32_t flags, uint64_t offset, uint64_t address, uint64_t file_size,
                        uint64_t memory_size)
{
    put(header, 4, 1);
    put(header + 4, 4, flags);
    put(header + 8, 8, offset);
    put(header + 16, 8, address);
    put(header + 32, 8, file_size);
    put(header + 40, 8, memory_size);
}

static void put_section(size_t header, uint32_t type, uint64_t offset, uint64_t size, uint32_t link, uint64_t entry)
{
    put(header + 4, 4, type);
    put(header + 24, 8, offset);
    put(header + 32, 8, size);
    put(header + 40, 4, link);
    put(header + 56, 8, entry);
}

static int make_sample(void **state)
{
    static const uint8_t identity[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    memset(sample, 0, sizeof(sample));
    memcpy(sample, identity, sizeof(identity));
    put(16, 2, 2);
    put(18, 2, 62);
    put(24, 8, HANDOFF_KERNEL_BASE + 0x10);
    put(32, 8, PROGRAM_HEADERS);
    put(40, 8, SECTION_HEADERS);
    put(54, 2, 56);
    put(56, 2, 2);
    put(58, 2, 64);
    put(60, 2, 3);
    put_segment(TEXT_HEADER, 5, TEXT, HANDOFF_KERNEL_BASE, 0x40, 0x40);
    put_segment(DATA_HEADER, 6, DATA, HANDOFF_KERNEL_BASE + 0x1000, 0x20, 0x2001);
    put_section(SYMBOLS_HEADER, 2, SYMBOLS, 48, 2, 24);
    put_section(STRINGS_HEADER, 3, STRINGS, 16, 0, 0);
    return 0;
}

// Checks the first `size` bytes, held in a block of exactly that size.
static enum elf_result check_first(size_t size)
{
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    memcpy(exact, sample, size);
    enum elf_result result = elf_check(exact, size, &image);
    free(exact);
    return result;
}

static enum elf_result check(void)
{
    return check_first(sizeof(sample));
}

static void a_good_kernel_is_described(void **state)
{
    assert_int_equal(check(), ELF_OK);
    assert_int_equal(image.entry, HANDOFF_KERNEL_BASE + 0x10);
    assert_int_equal(image.size, 0x4000);
    assert_int_equal(image.segment_count, 2);
    assert_int_equal(image.segments[0].offset, TEXT);
    assert_true(image.segments[0].executable);
    assert_false(image.segments[0].writable);
    assert_int_equal(image.segments[1].address, HANDOFF_KERNEL_BASE + 0x1000);
    assert_int_equal(image.segments[1].file_size, 0x20);
    assert_int_equal(image.segments[1].memory_size, 0x2001);
    assert_true(image.segments[1].writable);
    assert_false(image.segments[1].executable);
    assert_int_equal(image.symbols.offset, SYMBOLS);
    assert_int_equal(image.symbols.size, 48);
    assert_int_equal(image.strings.offset, STRINGS);
    assert_int_equal(image.strings.size, 16);
}

static void every_shorter_file_is_refused(void **state)
{
    for (size_t size = 0; size < sizeof(sample); size++)
        assert_int_not_equal(check_first(size), ELF_OK);
    assert_int_equal(check_first(63), ELF_TRUNCATED);
}

static void other_magic_class_or_byte_order_is_no_elf64(void **state)
{
    for (size_t i = 0; i < 7; i++) {
        sample[i] ^= 3;
        assert_int_equal(check(), ELF_NOT_ELF64);
        sample[i] ^= 3;
    }
}

static void other_machines_and_shared_objects_are_refused(void **state)
{
    put(18, 2, 183);
    assert_int_equal(check(), ELF_WRONG_MACHINE);
    put(18, 2, 62);
    put(16, 2, 3);
    assert_int_equal(check(), ELF_WRONG_MACHINE);
}

static void headers_outside_the_file_are_refused(void **state)
{
    put(32, 8, UINT64_MAX - 8);
    assert_int_equal(check(), ELF_BAD_HEADERS);
    make_sample(state);
    put(56, 2, 0xffff);
    assert_int_equal(check(), ELF_BAD_HEADERS);
    make_sample(state);
    put(54, 2, 32);
    assert_int_equal(check(), ELF_BAD_HEADERS);
    make_sample(state);
    put(40, 8, SAMPLE_SIZE - 64);
    assert_int_equal(check(), ELF_BAD_HEADERS);
}

static void segments_outside_the_file_are_refused(void **state)
{
    put(TEXT_HEADER + 8, 8, UINT64_MAX);
    assert_int_equal(check(), ELF_BAD_SEGMENT);
    make_sample(state);
    put(TEXT_HEADER + 32, 8, SAMPLE_SIZE);
    assert_int_equal(check(), ELF_BAD_SEGMENT);
    make_sample(state);
    put(DATA_HEADER + 40, 8, 0x1f);
    assert_int_equal(check(), ELF_BAD_SEGMENT);
}

static void segments_that_are_not_where_the_kernel_belongs_are_refused(void **state)
{
    static const uint64_t addresses[] = {
        0,
        0x100000,
        HANDOFF_KERNEL_BASE - 0x1000,
        HANDOFF_KERNEL_BASE + 0x1008,
        HANDOFF_KERNEL_BASE + ELF_IMAGE_LIMIT,
        UINT64_MAX - 0xfff,
    };
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        put(DATA_HEADER + 16, 8, addresses[i]);
        assert_int_equal(check(), ELF_BAD_ADDRESS);
    }
}

static void segments_too_large_for_the_image_are_refused(void **state)
{
    put(DATA_HEADER + 40, 8, ELF_IMAGE_LIMIT - 0x1000);
    assert_int_equal(check(), ELF_OK);
    put(DATA_HEADER + 40, 8, ELF_IMAGE_LIMIT - 0xfff);
    assert_int_equal(check(), ELF_BAD_ADDRESS);
    put(DATA_HEADER + 40, 8, UINT64_MAX);
    assert_int_equal(check(), ELF_BAD_ADDRESS);
}

static void two_segments_never_share_a_page(void **state)
{
    put(DATA_HEADER + 16, 8, HANDOFF_KERNEL_BASE);
    assert_int_equal(check(), ELF_BAD_ADDRESS);
    make_sample(state);
    put(TEXT_HEADER + 40, 8, 0x1001);
    assert_int_equal(check(), ELF_BAD_ADDRESS);
}

static void a_segment_is_never_writable_and_executable(void **state)
{
    put(DATA_HEADER + 4, 4, 7);
    assert_int_equal(check(), ELF_BAD_FLAGS);
    put(DATA_HEADER + 4, 4, 2);
    assert_int_equal(check(), ELF_BAD_FLAGS);
}

static void a_file_without_segments_or_with_too_many_is_refused(void **state)
{
    put(56, 2, 0);
    assert_int_equal(check(), ELF_NO_SEGMENTS);
    make_sample(state);
    put(TEXT_HEADER, 4, 4);
    put(DATA_HEADER, 4, 4);
    assert_int_equal(check(), ELF_NO_SEGMENTS);
}

static void the_segment_table_has_an_end(void **state)
{
    static uint8_t many[64 + 56 * (ELF_SEGMENT_COUNT + 1)];
    memcpy(many, sample, 64);
    many[56] = ELF_SEGMENT_COUNT + 1;
    memset(many + 40, 0, 8);
    memset(many + 60, 0, 2);
    for (size_t i = 0; i <= ELF_SEGMENT_COUNT; i++) {
        uint64_t address = HANDOFF_KERNEL_BASE + i * 0x1000;
        memcpy(many + 64 + 56 * i, sample + TEXT_HEADER, 56);
        memcpy(many + 64 + 56 * i + 16, &address, 8);
    }
    assert_int_equal(elf_check(many, sizeof(many), &image), ELF_NO_SEGMENTS);
    many[56] = ELF_SEGMENT_COUNT;
    assert_int_equal(elf_check(many, sizeof(many), &image), ELF_OK);
}

static void an_entry_outside_the_code_is_refused(void **state)
{
    static const uint64_t entries[] = {0, HANDOFF_KERNEL_BASE - 1, HANDOFF_KERNEL_BASE + 0x40,
                                       HANDOFF_KERNEL_BASE + 0x1000, UINT64_MAX};
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        put(24, 8, entries[i]);
        assert_int_equal(check(), ELF_BAD_ENTRY);
    }
}

static void a_stripped_kernel_has_no_symbols(void **state)
{
    put(60, 2, 0);
    assert_int_equal(check(), ELF_OK);
    assert_int_equal(image.symbols.size, 0);
    assert_int_equal(image.strings.size, 0);
}

static void malformed_symbol_tables_are_refused(void **state)
{
    static const struct {
        size_t offset;
        uint64_t value;
    } breaks[] = {
        {SYMBOLS_HEADER + 24, UINT64_MAX}, {SYMBOLS_HEADER + 32, 47},          {SYMBOLS_HEADER + 32, SAMPLE_SIZE * 24},
        {SYMBOLS_HEADER + 56, 16},         {STRINGS_HEADER + 24, SAMPLE_SIZE}, {STRINGS_HEADER + 32, 0},
        {STRINGS_HEADER + 32, UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
        make_sample(state);
        put(breaks[i].offset, 8, breaks[i].value);
        assert_int_equal(check(), ELF_BAD_SYMBOLS);
    }
    make_sample(state);
    put(SYMBOLS_HEADER + 40, 4, 3);
    assert_int_equal(check(), ELF_BAD_SYMBOLS);
    make_sample(state);
    put(STRINGS_HEADER + 4, 4, 1);
    assert_int_equal(check(), ELF_BAD_SYMBOLS);
    make_sample(state);
    sample[STRINGS + 15] = 'x';
    assert_int_equal(check(), ELF_BAD_SYMBOLS);
}

static void every_result_has_a_text_and_strangers_too(void **state)
{
    for (int result = 0; result < ELF_RESULT_COUNT; result++)
        assert_non_null(elf_result_text((enum elf_result)result));
    assert_string_equal(elf_result_text(ELF_RESULT_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_kernel_is_described, make_sample),
        cmocka_unit_test_setup(every_shorter_file_is_refused, make_sample),
        cmocka_unit_test_setup(other_magic_class_or_byte_order_is_no_elf64, make_sample),
        cmocka_unit_test_setup(other_machines_and_shared_objects_are_refused, make_sample),
        cmocka_unit_test_setup(headers_outside_the_file_are_refused, make_sample),
        cmocka_unit_test_setup(segments_outside_the_file_are_refused, make_sample),
        cmocka_unit_test_setup(segments_that_are_not_where_the_kernel_belongs_are_refused, make_sample),
        cmocka_unit_test_setup(segments_too_large_for_the_image_are_refused, make_sample),
        cmocka_unit_test_setup(two_segments_never_share_a_page, make_sample),
        cmocka_unit_test_setup(a_segment_is_never_writable_and_executable, make_sample),
        cmocka_unit_test_setup(a_file_without_segments_or_with_too_many_is_refused, make_sample),
        cmocka_unit_test_setup(the_segment_table_has_an_end, make_sample),
        cmocka_unit_test_setup(an_entry_outside_the_code_is_refused, make_sample),
        cmocka_unit_test_setup(a_stripped_kernel_has_no_symbols, make_sample),
        cmocka_unit_test_setup(malformed_symbol_tables_are_refused, make_sample),
        cmocka_unit_test_setup(every_result_has_a_text_and_strangers_too, make_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
