// The loader's formatted text.
// sources: boot/format.c

#include "boot/format.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char text[64];

static void numbers_are_written_in_their_base_and_size(void **state)
{
    format_text(text, sizeof(text), "%u %x %lu %lx %zu", 0U, 0xffU, UINT64_MAX, UINT64_MAX, (size_t)7);
    assert_string_equal(text, "0 ff 18446744073709551615 ffffffffffffffff 7");
}

static void a_width_fills_with_spaces_or_zeros(void **state)
{
    format_text(text, sizeof(text), "[%4u][%08x][%016lx][%2u]", 42U, 0xabcU, UINT64_C(0x1f77d014), 12345U);
    assert_string_equal(text, "[  42][00000abc][000000001f77d014][12345]");
}

static void texts_and_letters_stand_where_they_are_asked_for(void **state)
{
    format_text(text, sizeof(text), "%s, %c and 100%%", "kernel", 'x');
    assert_string_equal(text, "kernel, x and 100%");
}

static void text_that_does_not_fit_is_cut_and_terminated(void **state)
{
    char *exact = malloc(8);
    assert_int_equal(format_text(exact, 8, "%s", "0123456789"), 7);
    assert_string_equal(exact, "0123456");
    assert_int_equal(format_text(exact, 8, "%016lx", UINT64_C(1)), 7);
    assert_int_equal(format_text(exact, 1, "%s", "0123456789"), 0);
    assert_string_equal(exact, "");
    free(exact);
}

// The compiler would see through a literal.
static size_t format_unchecked(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    size_t length = format_list(text, sizeof(text), format, list);
    va_end(list);
    return length;
}

static void unknown_conversions_are_printed_as_they_stand(void **state)
{
    format_unchecked("%q %-5u %", 1U);
    assert_string_equal(text, "%q %-5u %");
    format_unchecked("%08");
    assert_string_equal(text, "%08");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_their_base_and_size),
        cmocka_unit_test(a_width_fills_with_spaces_or_zeros),
        cmocka_unit_test(texts_and_letters_stand_where_they_are_asked_for),
        cmocka_unit_test(text_that_does_not_fit_is_cut_and_terminated),
        cmocka_unit_test(unknown_conversions_are_printed_as_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
