// Long texts in a row: whole up to the last column, parted at blanks beyond it, nothing lost.

#include "kernel/commands/columns.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { INDENT = 70, ROOM = COLUMNS_LIMIT - INDENT };

_Static_assert(ROOM == 9, "the texts below are made for it");

static struct output_buffer screen;
static char text[512];

static const char *print(const char *words)
{
    output_buffer_start(&screen, text, sizeof(text));
    columns_print(&screen.output, INDENT, words);
    return text;
}

// The rows that are expected behind the first one, each with its indentation.
static const char *rows(const char *first, const char *second, const char *third)
{
    static char expected[512];
    int length = sprintf(expected, "%s\n", first);
    if (second)
        length += sprintf(expected + length, "%*s%s\n", INDENT, "", second);
    if (third)
        sprintf(expected + length, "%*s%s\n", INDENT, "", third);
    return expected;
}

static void what_fits_is_one_row(void **state)
{
    assert_string_equal(print(""), rows("", NULL, NULL));
    assert_string_equal(print("123456789"), rows("123456789", NULL, NULL));
    assert_string_equal(print("1234 6789"), rows("1234 6789", NULL, NULL));
}

static void what_does_not_goes_on_from_the_last_blank_that_fits(void **state)
{
    assert_string_equal(print("12 45 7890"), rows("12 45", "7890", NULL));
    assert_string_equal(print("123456789 b"), rows("123456789", "b", NULL));
    assert_string_equal(print("12345678 b c d e f gh i"), rows("12345678", "b c d e f", "gh i"));
}

static void a_word_longer_than_a_row_is_parted(void **state)
{
    assert_string_equal(print("1234567890abcdefghij"), rows("123456789", "0abcdefgh", "ij"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_one_row),
        cmocka_unit_test(what_does_not_goes_on_from_the_last_blank_that_fits),
        cmocka_unit_test(a_word_longer_than_a_row_is_parted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
