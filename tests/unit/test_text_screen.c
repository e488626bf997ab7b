// The text screen: what stands where, and which cells are drawn again.
// sources: drivers/screen/text_screen.c

#include "drivers/screen/text_screen.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 6, ROWS = 4 };

static struct text_screen screen;
static uint8_t cells[2 * COLUMNS * ROWS];
static char drawn[ROWS][COLUMNS + 1];
static uint32_t draws;

static void draw(uint32_t column, uint32_t row, uint8_t character)
{
    assert_true(column < COLUMNS && row < ROWS);
    drawn[row][column] = (char)character;
    draws++;
}

static int set_up(void **state)
{
    text_screen_start(&screen, COLUMNS, ROWS, cells);
    memset(drawn, ' ', sizeof(drawn));
    for (uint32_t row = 0; row < ROWS; row++)
        drawn[row][COLUMNS] = '\0';
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
    assert_int_equal(draws, 2);
    put("\rab");
    assert_int_equal(draws, 0);
    put("\rxb");
    assert_int_equal(draws, 1);
    assert_string_equal(drawn[0], "xb    ");
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

static void the_bottom_scrolls_half_a_screen(void **state)
{
    put("1\n2\n3\n4");
    put("\n5");
    assert_string_equal(drawn[0], "3     ");
    assert_string_equal(drawn[1], "4     ");
    assert_string_equal(drawn[2], "5     ");
    assert_string_equal(drawn[3], "      ");
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
        cmocka_unit_test_setup(a_long_line_wraps, set_up),
        cmocka_unit_test_setup(a_full_line_and_its_newline_are_one_line, set_up),
        cmocka_unit_test_setup(the_bottom_scrolls_half_a_screen, set_up),
        cmocka_unit_test_setup(backspace_moves_without_erasing, set_up),
        cmocka_unit_test_setup(tabs_stop_at_the_end_of_the_line, set_up),
        cmocka_unit_test_setup(clearing_blanks_everything_and_other_sequences_vanish, set_up),
        cmocka_unit_test_setup(what_stands_behind_or_below_the_cursor_can_be_cleared, set_up),
        cmocka_unit_test_setup(any_bytes_are_survived, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
