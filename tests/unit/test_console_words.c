// Splitting what was typed: scripts into commands, commands into words.

#include "kernel/console/console_words.h"
#include "kernel/lib/types.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { WORD_LIMIT = 4 };

static char text[128];
static const char *words[WORD_LIMIT];
static uint32_t count;

static enum result split(const char *typed)
{
    strcpy(text, typed);
    return console_words_split(text, words, WORD_LIMIT, &count);
}

static void expect_words(const char *typed, uint32_t expected_count, const char *const *expected)
{
    assert_int_equal(split(typed), RESULT_OK);
    assert_int_equal(count, expected_count);
    for (uint32_t i = 0; i < count; i++)
        assert_string_equal(words[i], expected[i]);
}

static void blanks_of_any_kind_part_words(void **state)
{
    expect_words("fire 00:04.0 1", 3, (const char *[]){"fire", "00:04.0", "1"});
    expect_words("  fire\t00:04.0 \r\n", 2, (const char *[]){"fire", "00:04.0"});
}

static void nothing_typed_is_no_words(void **state)
{
    expect_words("", 0, NULL);
    expect_words(" \t \r\n", 0, NULL);
}

static void quotes_keep_blanks_and_disappear(void **state)
{
    expect_words("a \"b c\" d", 3, (const char *[]){"a", "b c", "d"});
    expect_words("a\"b c\"d e", 2, (const char *[]){"ab cd", "e"});
    expect_words("\"a\"", 1, (const char *[]){"a"});
}

static void empty_quotes_are_an_empty_word(void **state)
{
    expect_words("a \"\" b", 3, (const char *[]){"a", "", "b"});
}

static void an_open_quote_is_refused_with_no_words(void **state)
{
    assert_int_equal(split("a \"b c"), RESULT_INVALID);
    assert_int_equal(count, 0);
}

static void one_word_more_than_fits_is_refused(void **state)
{
    expect_words("1 2 3 4", 4, (const char *[]){"1", "2", "3", "4"});
    assert_int_equal(split("1 2 3 4 5"), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(count, 0);
}

static void a_comment_ends_the_words_and_holds_semicolons(void **state)
{
    expect_words("pci # all of them", 1, (const char *[]){"pci"});
    expect_words("# nothing \"here", 0, NULL);
    expect_words("a#b \"#c\" d", 3, (const char *[]){"a#b", "#c", "d"});
    assert_int_equal(console_words_command_length("pci # a; b"), 10);
    assert_int_equal(console_words_command_length(" # \"; b"), 7);
    assert_int_equal(console_words_command_length("say a#b; c"), 7);
    assert_int_equal(console_words_command_length("say \"# a\"; c"), 9);
}

static void a_command_ends_at_a_semicolon_outside_quotes(void **state)
{
    assert_int_equal(console_words_command_length("pci; cpus"), 3);
    assert_int_equal(console_words_command_length("; cpus"), 0);
    assert_int_equal(console_words_command_length("say \"a;b\" c; cpus"), 11);
    assert_int_equal(console_words_command_length("cpus"), 4);
    assert_int_equal(console_words_command_length("open \"a;b"), 9);
}

static void expect_pager(const char *typed, bool is_there, const char *rest)
{
    strcpy(text, typed);
    assert_int_equal(console_words_take_pager(text), is_there);
    assert_string_equal(text, rest);
}

static void the_pager_is_taken_off_the_end_however_it_is_spaced(void **state)
{
    expect_pager("pci | more", true, "pci ");
    expect_pager("pci|more ", true, "pci");
    expect_pager(" |  more", true, " ");
    expect_pager("more", false, "more");
    expect_pager("pci | mores", false, "pci | mores");
    expect_pager("pci more", false, "pci more");
    expect_pager("pci | more pci", false, "pci | more pci");
    expect_pager("", false, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_of_any_kind_part_words),
        cmocka_unit_test(nothing_typed_is_no_words),
        cmocka_unit_test(quotes_keep_blanks_and_disappear),
        cmocka_unit_test(empty_quotes_are_an_empty_word),
        cmocka_unit_test(an_open_quote_is_refused_with_no_words),
        cmocka_unit_test(one_word_more_than_fits_is_refused),
        cmocka_unit_test(a_comment_ends_the_words_and_holds_semicolons),
        cmocka_unit_test(the_pager_is_taken_off_the_end_however_it_is_spaced),
        cmocka_unit_test(a_command_ends_at_a_semicolon_outside_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
