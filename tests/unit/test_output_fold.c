// Lines folded at a terminal's width: whole up to the last column, parted at blanks, nothing lost.

#include "kernel/lib/output_fold.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TEN "123456789 "

static struct output_buffer screen;
static struct output_fold fold;
static char text[4096];

static int set_up(void **state)
{
    output_buffer_start(&screen, text, sizeof(text));
    output_fold_start(&fold, &screen.output);
    return 0;
}

static void a_line_of_all_columns_stays_whole(void **state)
{
    output_format(&fold.output, "%.79s\n\n%s\n", TEN TEN TEN TEN TEN TEN TEN TEN, "short");
    assert_string_equal(text, TEN TEN TEN TEN TEN TEN TEN "123456789\n\nshort\n");
}

static void a_longer_one_goes_on_from_its_last_blank_that_fits(void **state)
{
    output_format(&fold.output, "%sab cd\n", TEN TEN TEN TEN TEN TEN TEN "12345 ");
    assert_string_equal(text, TEN TEN TEN TEN TEN TEN TEN "12345 ab\n    cd\n");
}

static void further_lines_stand_under_the_last_column_of_text(void **state)
{
    output_format(&fold.output, "name  ok   %sab cd\n", TEN TEN TEN TEN TEN TEN "1234567 ");
    assert_string_equal(text, "name  ok   " TEN TEN TEN TEN TEN TEN "1234567\n           ab cd\n");
}

static void a_word_longer_than_a_line_is_parted(void **state)
{
    char word[201];
    memset(word, 'x', sizeof(word) - 1);
    word[200] = '\0';
    output_format(&fold.output, "        %s\n", word);
    size_t count = 0;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        assert_true(strchr(line, '\n') - line <= OUTPUT_FOLD_WIDTH);
        for (const char *at = line; *at != '\n'; at++)
            count += *at == 'x';
    }
    assert_int_equal(count, 200);
    assert_int_equal(text[8], 'x');
}

static void escape_sequences_take_no_columns(void **state)
{
    output_format(&fold.output, "\033[H%.79s\033[K\n", TEN TEN TEN TEN TEN TEN TEN TEN);
    assert_string_equal(text, "\033[H" TEN TEN TEN TEN TEN TEN TEN "123456789\033[K\n");
}

static void nothing_is_lost_of_a_line_longer_than_the_room_for_it(void **state)
{
    for (uint32_t i = 0; i < 2 * OUTPUT_FOLD_LINE; i++)
        fold.output.write(&fold.output, "y", 1);
    output_fold_flush(&fold);
    uint32_t count = 0;
    for (const char *at = text; *at; at++)
        count += *at == 'y';
    assert_int_equal(count, 2 * OUTPUT_FOLD_LINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line_of_all_columns_stays_whole, set_up),
        cmocka_unit_test_setup(a_longer_one_goes_on_from_its_last_blank_that_fits, set_up),
        cmocka_unit_test_setup(further_lines_stand_under_the_last_column_of_text, set_up),
        cmocka_unit_test_setup(a_word_longer_than_a_line_is_parted, set_up),
        cmocka_unit_test_setup(escape_sequences_take_no_columns, set_up),
        cmocka_unit_test_setup(nothing_is_lost_of_a_line_longer_than_the_room_for_it, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
