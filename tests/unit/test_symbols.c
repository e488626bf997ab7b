// Names for addresses, out of symbol tables of any order and any damage.
// sources: arch/symbols.c

#include "arch/handoff.h"
#include "arch/symbols.h"
#include "kernel/runtime/page.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LABEL = 0, OBJECT = 1, FUNCTION = 2, SECTION = 3 };

struct wire_symbol {
    uint32_t name;
    uint8_t info, other;
    uint16_t section;
    uint64_t value, size;
};

// Stands for linker.ld's symbols: the kernel's text as symbol_find() knows it.
const char text_start[1], text_end[1];

void *page_pointer(struct physical address)
{
    return (void *)(uintptr_t)address.address;
}

const struct handoff *handoff_get(void)
{
    static const struct handoff none;
    return &none;
}

static const char strings[] = "\0first\0second\0label\0linker";
enum { FIRST = 1, SECOND = 7, NAME_LABEL = 14, LINKER = 20 };

static const struct wire_symbol symbols[] = {
    {0},
    {SECOND, FUNCTION, 0, 1, 0x2000, 0x80},
    {LINKER, LABEL, 0, 1, 0x1000, 0},
    {FIRST, FUNCTION, 0, 1, 0x1000, 0x100},
    {NAME_LABEL, LABEL, 0, 1, 0x3000, 0},
    {LINKER, OBJECT, 0, 1, 0x1010, 0x100},
    {LINKER, FUNCTION, 0, 0, 0x1020, 0x100},
    {LINKER, LABEL, 0, 0xfff1, 0x1030, 0},
};

static const struct symbol_table table = {symbols, sizeof(symbols), strings, sizeof(strings)};

static void assert_name(const struct symbol_table *in, uint64_t address, const char *name, uint64_t offset)
{
    uint64_t found = UINT64_MAX;
    const char *text = symbol_lookup(in, address, &found);
    assert_non_null(text);
    assert_string_equal(text, name);
    assert_int_equal(found, offset);
}

static void assert_nameless(const struct symbol_table *in, uint64_t address)
{
    uint64_t offset;
    assert_null(symbol_lookup(in, address, &offset));
}

static void an_address_gets_the_function_it_lies_in(void **state)
{
    assert_name(&table, 0x2012, "second", 0x12);
    assert_name(&table, 0x207f, "second", 0x7f);
}

static void a_function_beats_the_linkers_label_at_its_address(void **state)
{
    assert_name(&table, 0x1000, "first", 0);
}

static void objects_undefined_and_absolute_symbols_name_no_code(void **state)
{
    assert_name(&table, 0x1040, "first", 0x40);
}

static void a_label_reaches_to_the_next_symbol(void **state)
{
    assert_name(&table, 0x3ff0, "label", 0xff0);
}

static void an_address_below_every_symbol_has_no_name(void **state)
{
    assert_nameless(&table, 0xfff);
}

static void an_empty_table_names_nothing(void **state)
{
    const struct symbol_table empty = {0};
    assert_nameless(&empty, 0x1000);
}

static void half_a_symbol_at_the_end_is_not_read(void **state)
{
    size_t size = 2 * sizeof(struct wire_symbol) - 1;
    char *bytes = malloc(size); // exact, so that the sanitizer sees a read beyond
    memcpy(bytes, symbols, size);
    const struct symbol_table cut = {bytes, size, strings, sizeof(strings)};
    assert_nameless(&cut, 0x2012);
    free(bytes);
}

static void a_name_outside_the_strings_is_passed_over(void **state)
{
    const struct wire_symbol wild[] = {
        {FIRST, FUNCTION, 0, 1, 0x1000, 0x100},
        {0xfffffff0, FUNCTION, 0, 1, 0x1010, 0x10},
    };
    const struct symbol_table wild_table = {wild, sizeof(wild), strings, sizeof(strings)};
    assert_name(&wild_table, 0x1018, "first", 0x18);
}

static void a_name_without_an_end_is_passed_over(void **state)
{
    char *endless = malloc(4);
    memset(endless, 'x', 4);
    const struct wire_symbol one = {1, FUNCTION, 0, 1, 0x1000, 0x100};
    const struct symbol_table endless_table = {&one, sizeof(one), endless, 4};
    assert_nameless(&endless_table, 0x1000);
    free(endless);
}

static void a_symbol_at_the_top_of_the_address_space_covers_its_last_byte(void **state)
{
    const struct wire_symbol top = {FIRST, FUNCTION, 0, 1, 0xfffffffffffffff0, 0x10};
    const struct symbol_table top_table = {&top, sizeof(top), strings, sizeof(strings)};
    assert_name(&top_table, 0xffffffffffffffff, "first", 0xf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_gets_the_function_it_lies_in),
        cmocka_unit_test(a_function_beats_the_linkers_label_at_its_address),
        cmocka_unit_test(objects_undefined_and_absolute_symbols_name_no_code),
        cmocka_unit_test(a_label_reaches_to_the_next_symbol),
        cmocka_unit_test(an_address_below_every_symbol_has_no_name),
        cmocka_unit_test(an_empty_table_names_nothing),
        cmocka_unit_test(half_a_symbol_at_the_end_is_not_read),
        cmocka_unit_test(a_name_outside_the_strings_is_passed_over),
        cmocka_unit_test(a_name_without_an_end_is_passed_over),
        cmocka_unit_test(a_symbol_at_the_top_of_the_address_space_covers_its_last_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
