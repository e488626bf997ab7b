// The text screen: what stands where and how it looks, which cells are drawn again, and what was scrolled off.
// sources: drivers/screen/text_screen.c drivers/screen/text_ink.c

#include "drivers/screen/text_screen.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 6, ROWS = 4, DEPTH = 10, WIDE = 40 };

static struct text_screen screen;
static struct text_cell cells[WIDE * (DEPTH + ROWS)];
static char drawn[ROWS][WIDE + 1];
static uint8_t looks[ROWS][WIDE];
static uint32_t draws;

static void draw(uint32_t column, uint32_t row, struct text_cell cell)
{
    assert_true(column < screen.columns && row < ROWS);
    drawn[row][column] = (char)cell.character;
    looks[row][column] = cell.look;
    draws++;
}

static void start(uint32_t columns, uint32_t depth)
{
    text_screen_start(&screen, columns, ROWS, depth, cells);
    memset(drawn, ' ', sizeof(drawn));
    memset(looks, 0, sizeof(looks));
    for (uint32_t row = 0; row < ROWS; row++)
        drawn[row][columns] = '\0';
}

static int set_up(void **state)
{
    start(COLUMNS, DEPTH);
    return 0;
}

static void put(const char *text)
{
    text_screen_write(&screen, text, strlen(text));
    draws = 0;
    text_screen_update(&screen, draw);
}

static void only_changed_cells_are_drawn(void **state)
{
    put("ab");
    assert_int_equal(draws, 3); // with the cursor
    put("\rab");
    assert_int_equal(draws, 0);
    put("\rxb");
    assert_int_equal(draws, 1);
    assert_string_equal(drawn[0], "xb    ");
}

static void the_cursor_is_inverse_and_leaves_no_trace(void **state)
{
    put("ab");
    assert_int_equal(looks[0][2], TEXT_INVERSE);
    put("\n");
    assert_int_equal(looks[0][2], 0);
    assert_int_equal(looks[1][0], TEXT_INVERSE);
    put("abcdef");
    assert_int_equal(looks[1][5], TEXT_INVERSE); // the next character wraps
}

static void a_lines_first_words_choose_its_ink(void **state)
{
    start(WIDE, DEPTH);
    put("[   0.123456] error: none\nerror: no\nok   it");
    assert_int_equal(looks[0][0], TEXT_INK_DIM);
    assert_int_equal(looks[0][14], TEXT_INK_BAD);
    assert_int_equal(looks[0][24], TEXT_INK_BAD);
    assert_int_equal(looks[1][8], TEXT_INK_BAD);
    assert_int_equal(looks[2][0], TEXT_INK_GOOD);
    assert_int_equal(looks[2][5], TEXT_INK_PLAIN);
}

static void a_wrapped_line_is_of_one_ink_also_when_it_comes_in_pieces(void **state)
{
    start(10, DEPTH);
    put("error");
    assert_int_equal(looks[0][0], TEXT_INK_PLAIN);
    put(": 9012345\nplain");
    assert_int_equal(looks[0][0], TEXT_INK_BAD);
    assert_int_equal(looks[1][0], TEXT_INK_BAD);
    assert_int_equal(looks[2][0], TEXT_INK_PLAIN);
}

static void sequences_choose_ink_and_inverse(void **state)
{
    put("\033[32ma\033[7mb\033[0mc\n");
    assert_int_equal(looks[0][0], TEXT_INK_GOOD);
    assert_int_equal(looks[0][1], TEXT_INK_GOOD | TEXT_INVERSE);
    assert_int_equal(looks[0][2], TEXT_INK_PLAIN);
}

static void a_double_line_is_four_cells_a_character_and_ends_with_the_line(void **state)
{
    put("\033#3abcd\n\033#4abcd\nef");
    assert_string_equal(drawn[0], "aabbcc"); // what has no room is left out
    assert_string_equal(drawn[1], "aabbcc");
    assert_string_equal(drawn[2], "ef    ");
    assert_int_equal(looks[0][0], TEXT_BIG);
    assert_int_equal(looks[0][1], TEXT_BIG | TEXT_RIGHT);
    assert_int_equal(looks[1][0], TEXT_BIG | TEXT_LOWER);
    assert_int_equal(looks[1][1], TEXT_BIG | TEXT_LOWER | TEXT_RIGHT);
    assert_int_equal(looks[2][0], 0);
}

// A tab that waited for the last column to be filled would never end.
static void a_tab_in_double_size_ends_before_an_odd_last_column(void **state)
{
    start(7, DEPTH);
    put("\033#3a\tb");
    assert_string_equal(drawn[0], "aa     ");
    assert_int_equal(screen.row, 0);
}

static void what_was_scrolled_off_comes_back_up_to_the_depth(void **state)
{
    put("1\n2\n3\n4\n5\n6\n7\n8");
    assert_string_equal(drawn[0], "5     ");
    put("\033[1T");
    assert_string_equal(drawn[0], "4     ");
    put("\033[T"); // a screen less a row: 3 more, and the first is reached
    assert_string_equal(drawn[0], "1     ");
    assert_string_equal(drawn[2], "3     ");
    put("\033[T");
    assert_string_equal(drawn[0], "1     ");
    put("\033[S");
    assert_string_equal(drawn[0], "4     ");
    put("\033[S");
    assert_string_equal(drawn[0], "5     ");
    put("\n9\n10\n11\n12\n13\n14");
    put("\033[T\033[T\033[T\033[T");
    assert_string_equal(drawn[0], "5     "); // ten rows are kept
}

static void a_view_scrolled_back_says_so_and_hides_the_cursor(void **state)
{
    start(WIDE, DEPTH);
    put("1\n2\n3\n4\n5\n6\033[2T");
    assert_memory_equal(drawn[3], "-- 2 lines above the newest; PgDn --", 36);
    assert_int_equal(looks[3][39], TEXT_INVERSE);
    assert_int_equal(looks[2][1], 0);
}

static void anything_written_shows_the_newest(void **state)
{
    put("1\n2\n3\n4\n5\n6\033[2T");
    assert_string_equal(drawn[0], "1     ");
    put("x");
    assert_string_equal(drawn[0], "3     ");
    assert_string_equal(drawn[3], "6x    ");
}

static void without_depth_there_is_nothing_to_go_back_to(void **state)
{
    start(COLUMNS, ROWS);
    put("1\n2\n3\n4\n5\033[T");
    assert_string_equal(drawn[0], "2     ");
    assert_string_equal(drawn[3], "5     ");
}

static void a_long_line_wraps(void **state)
{
    put("abcdefgh");
    assert_string_equal(drawn[0], "abcdef");
    assert_string_equal(drawn[1], "gh    ");
}

static void a_full_line_and_its_newline_are_one_line(void **state)
{
    put("abcdef\ng");
    assert_string_equal(drawn[1], "g     ");
}

static void the_bottom_scrolls_a_quarter_of_the_screen(void **state)
{
    put("1\n2\n3\n4");
    put("\n5");
    assert_string_equal(drawn[0], "2     ");
    assert_string_equal(drawn[3], "5     ");
    text_screen_start(&screen, COLUMNS, 8, DEPTH, cells);
    text_screen_write(&screen, "1\n2\n3\n4\n5\n6\n7\n8\n9", 17);
    assert_int_equal(screen.row, 6);
    assert_int_equal(screen.kept, 2);
}

// Its beginning is above the screen by then.
static void a_line_that_scrolls_while_it_wraps_is_of_one_ink(void **state)
{
    start(10, DEPTH);
    put("1\n2\n3\nerror: 8901234567890123");
    assert_int_equal(looks[1][0], TEXT_INK_BAD);
    assert_int_equal(looks[3][0], TEXT_INK_BAD);
    assert_int_equal(looks[0][0], TEXT_INK_PLAIN);
    put("\nplain\nplain\n\033[9T");
    assert_int_equal(looks[0][0], TEXT_INK_PLAIN);
}

static void backspace_moves_without_erasing(void **state)
{
    put("abc\b\bX");
    assert_string_equal(drawn[0], "aXc   ");
    put("\b\b\b\b\b\b\bY");
    assert_string_equal(drawn[0], "YXc   ");
}

static void tabs_stop_at_the_end_of_the_line(void **state)
{
    put("a\tb");
    assert_string_equal(drawn[0], "a     ");
    assert_string_equal(drawn[1], "b     ");
}

static void clearing_blanks_everything_and_other_sequences_vanish(void **state)
{
    put("ab\ncd\033[1;31me\033[0m");
    assert_string_equal(drawn[1], "cde   ");
    put("\033[H\033[2Jz");
    assert_string_equal(drawn[0], "z     ");
    assert_string_equal(drawn[1], "      ");
}

static void what_stands_behind_or_below_the_cursor_can_be_cleared(void **state)
{
    put("abcdef\nghijkl\nmn\033[H");
    put("AB\033[K");
    assert_string_equal(drawn[0], "AB    ");
    put("\nG\033[J");
    assert_string_equal(drawn[0], "AB    ");
    assert_string_equal(drawn[1], "G     ");
    assert_string_equal(drawn[2], "      ");
    put("\033[Habcdef\033[K\033[J");
    assert_string_equal(drawn[0], "abcdef");
    put("\n\n\nend\033[J");
    assert_string_equal(drawn[3], "end   ");
}

static void any_bytes_are_survived(void **state)
{
    uint32_t seed = 1;
    for (uint32_t i = 0; i < 20000; i++) {
        seed = seed * 1664525 + 1013904223;
        put((char[]){(char)(seed >> 24 | 1), '\0'});
    }
    assert_true(screen.row < ROWS && screen.column <= COLUMNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_changed_cells_are_drawn, set_up),
        cmocka_unit_test_setup(the_cursor_is_inverse_and_leaves_no_trace, set_up),
        cmocka_unit_test_setup(a_lines_first_words_choose_its_ink, set_up),
        cmocka_unit_test_setup(a_wrapped_line_is_of_one_ink_also_when_it_comes_in_pieces, set_up),
        cmocka_unit_test_setup(sequences_choose_ink_and_inverse, set_up),
        cmocka_unit_test_setup(a_double_line_is_four_cells_a_character_and_ends_with_the_line, set_up),
        cmocka_unit_test_setup(a_tab_in_double_size_ends_before_an_odd_last_column, set_up),
        cmocka_unit_test_setup(what_was_scrolled_off_comes_back_up_to_the_depth, set_up),
        cmocka_unit_test_setup(a_view_scrolled_back_says_so_and_hides_the_cursor, set_up),
        cmocka_unit_test_setup(anything_written_shows_the_newest, set_up),
        cmocka_unit_test_setup(without_depth_there_is_nothing_to_go_back_to, set_up),
        cmocka_unit_test_setup(a_long_line_wraps, set_up),
        cmocka_unit_test_setup(a_full_line_and_its_newline_are_one_line, set_up),
        cmocka_unit_test_setup(the_bottom_scrolls_a_quarter_of_the_screen, set_up),
        cmocka_unit_test_setup(a_line_that_scrolls_while_it_wraps_is_of_one_ink, set_up),
        cmocka_unit_test_setup(backspace_moves_without_erasing, set_up),
        cmocka_unit_test_setup(tabs_stop_at_the_end_of_the_line, set_up),
        cmocka_unit_test_setup(clearing_blanks_everything_and_other_sequences_vanish, set_up),
        cmocka_unit_test_setup(what_stands_behind_or_below_the_cursor_can_be_cleared, set_up),
        cmocka_unit_test_setup(any_bytes_are_survived, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
