// The line editor: bytes in, a line and an echo out. The echo is judged by what a terminal would show.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/console/console_line.h"
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { SCREEN_WIDTH = 600, ECHO_SIZE = 65536 };

#define LEFT   "\033[D"
#define RIGHT  "\033[C"
#define UP     "\033[A"
#define DOWN   "\033[B"
#define HOME   "\033[H"
#define END    "\033[F"
#define DELETE "\033[3~"

static const struct command version = {"version", "version"};
static const struct command vectors = {"vectors", "vectors"};
static const struct command trace = {"trace", "trace start|stop [now]"};

const struct command *const command_list[] = {&version, &vectors, &trace, NULL};

static struct console_line line;
static struct output_buffer echo;
static char echoed[ECHO_SIZE];

static int set_up(void **state)
{
    output_buffer_start(&echo, echoed, sizeof(echoed));
    console_line_start(&line, &echo.output, "> ");
    return 0;
}

// Feeds text; answers how many lines it ended.
static uint32_t type(const char *text)
{
    uint32_t lines = 0;
    for (; *text; text++)
        lines += console_line_feed(&line, (uint8_t)*text);
    return lines;
}

// The last line a terminal shows of what was echoed, and where its cursor stands.
static const char *screen(uint32_t *cursor)
{
    static char shown[SCREEN_WIDTH];
    memset(shown, ' ', sizeof(shown) - 1);
    *cursor = 0;
    for (const char *byte = echoed; *byte; byte++) {
        if (*byte == '\n') {
            memset(shown, ' ', sizeof(shown) - 1);
            *cursor = 0;
        } else if (*byte == '\b') {
            assert_int_not_equal(*cursor, 0);
            (*cursor)--;
        } else if (*byte != '\a') {
            shown[(*cursor)++] = *byte;
        }
    }
    uint32_t length = sizeof(shown) - 1;
    while (length && shown[length - 1] == ' ')
        length--;
    shown[length] = '\0';
    return shown;
}

static void expect(const char *text, uint32_t cursor)
{
    uint32_t shown_cursor;
    assert_string_equal(line.text, text);
    assert_int_equal(line.cursor, cursor);
    const char *shown = screen(&shown_cursor);
    size_t visible = strlen(text);
    while (visible && text[visible - 1] == ' ')
        visible--;
    assert_memory_equal(shown, ">", 1);
    assert_int_equal(strlen(shown), visible ? visible + 2 : 1);
    assert_memory_equal(shown + 2, text, visible);
    assert_int_equal(shown_cursor, cursor + 2);
}

static uint32_t bells(void)
{
    uint32_t count = 0;
    for (const char *byte = echoed; *byte; byte++)
        count += *byte == '\a';
    return count;
}

static void what_is_typed_is_echoed_after_the_prompt(void **state)
{
    assert_int_equal(type("pci"), 0);
    assert_string_equal(echoed, "> pci");
    expect("pci", 3);
}

static void cr_lf_and_crlf_each_end_one_line(void **state)
{
    assert_int_equal(type("a\r"), 1);
    assert_string_equal(line.text, "a");
    console_line_next(&line);
    assert_int_equal(type("b\n"), 1);
    console_line_next(&line);
    assert_int_equal(type("c\r\n"), 1);
    assert_string_equal(line.text, "c");
    console_line_next(&line);
    assert_int_equal(type("\r"), 1);
    console_line_next(&line);
    assert_int_equal(type("\r"), 1);
}

static void backspace_takes_the_character_before_the_cursor(void **state)
{
    type("abc\b");
    expect("ab", 2);
    type("\x7f" LEFT "\b");
    expect("a", 0);
    assert_int_equal(bells(), 1);
    type(RIGHT "\b\b");
    expect("", 0);
    assert_int_equal(bells(), 2);
}

static void characters_are_inserted_where_the_cursor_is(void **state)
{
    type("ad" LEFT "bc");
    expect("abcd", 3);
    type(HOME "x" END "y");
    expect("xabcdy", 6);
}

static void arrows_stop_at_both_ends_and_ring(void **state)
{
    type("ab" RIGHT);
    expect("ab", 2);
    type(LEFT LEFT LEFT);
    expect("ab", 0);
    assert_int_equal(bells(), 2);
}

static void delete_takes_the_character_under_the_cursor(void **state)
{
    type("abc" HOME DELETE);
    expect("bc", 0);
    type(END DELETE);
    expect("bc", 2);
    assert_int_equal(bells(), 1);
}

static void home_and_end_are_known_in_every_spelling(void **state)
{
    type("abc\033[1~");
    expect("abc", 0);
    type("\033[4~");
    expect("abc", 3);
    type("\033OH");
    expect("abc", 0);
    type("\033OF");
    expect("abc", 3);
    type("\001");
    expect("abc", 0);
    type("\005");
    expect("abc", 3);
    type("\033[1;5D");
    expect("abc", 2);
}

static void enter(const char *text)
{
    assert_int_equal(type(text), 0);
    assert_int_equal(type("\r"), 1);
    console_line_next(&line);
}

static void control_u_empties_the_line(void **state)
{
    type("abcdef" LEFT "\025");
    expect("", 0);
    type("x");
    expect("x", 1);
}

static void control_k_takes_the_rest_of_the_line(void **state)
{
    type("abcdef" LEFT LEFT "\013");
    expect("abcd", 4);
    type("\013x" HOME "\013");
    expect("", 0);
}

static void control_w_takes_the_word_before_the_cursor(void **state)
{
    type("one two  three" LEFT LEFT "\027");
    expect("one two  ee", 9);
    type("\027");
    expect("one ee", 4);
    type("\027\027");
    expect("ee", 0);
}

static void control_d_deletes_and_never_ends_anything(void **state)
{
    type("ab" HOME "\004");
    expect("b", 0);
    type("\004\004");
    expect("", 0);
    assert_int_equal(bells(), 1);
}

static void control_p_and_n_walk_like_the_arrows(void **state)
{
    enter("first");
    type("draft\020");
    expect("first", 5);
    type("\016");
    expect("draft", 5);
}

static void tab_types_what_is_certain(void **state)
{
    type("tr\t");
    expect("trace ", 6);
    type("\t");
    expect("trace st", 8);
    type("a\t");
    expect("trace start ", 12);
    type("n\t");
    expect("trace start now ", 16);
    assert_int_equal(bells(), 0);
    type("\t\t");
    expect("trace start now ", 16);
    assert_int_equal(bells(), 2);
}

static void tab_completes_in_the_middle_of_a_line(void **state)
{
    type("st" HOME "tr\t");
    expect("trace st", 6);
    type("\025trac now" HOME RIGHT RIGHT RIGHT RIGHT "\t");
    expect("trace now", 5);
}

static void a_second_tab_lists_and_paints_the_line_again(void **state)
{
    type("  ve st" LEFT LEFT LEFT "\t");
    expect("  ve st", 4);
    assert_int_equal(bells(), 1);
    type("\t");
    assert_non_null(strstr(echoed, "\nversion  vectors\n>   ve st\b\b\b"));
    expect("  ve st", 4);
    type("c\t");
    expect("  vectors st", 9);
}

static void two_tabs_with_something_between_are_two_first_ones(void **state)
{
    type("ve\t" LEFT RIGHT "\t");
    assert_null(strstr(echoed, "vectors"));
    type("\tx\t");
    assert_non_null(strstr(echoed, "vectors"));
    expect("vex", 3);
}

static void tab_in_a_full_line_rings(void **state)
{
    type("trace ");
    while (line.length < CONSOLE_LINE_LENGTH - 3)
        type(" ");
    type("s\t");
    assert_int_equal(line.length, CONSOLE_LINE_LENGTH - 1);
    type("\t");
    assert_int_equal(line.length, CONSOLE_LINE_LENGTH - 1);
}

static void control_c_gives_a_new_prompt_and_runs_nothing(void **state)
{
    assert_int_equal(type("abc\003"), 0);
    expect("", 0);
    assert_non_null(strstr(echoed, "> abc^C\n> "));
}

static void control_l_clears_the_screen_and_keeps_line_and_cursor(void **state)
{
    type("abc" LEFT "\014");
    assert_string_equal(line.text, "abc");
    assert_int_equal(line.cursor, 2);
    assert_string_equal(strstr(echoed, "\033[H"), "\033[H\033[2J> abc\b");
}

static void up_and_down_walk_through_what_was_typed(void **state)
{
    enter("first");
    enter("second one");
    type("draft" UP);
    expect("second one", 10);
    type(UP);
    expect("first", 5);
    type(UP);
    expect("first", 5);
    assert_int_equal(bells(), 1);
    type(DOWN);
    expect("second one", 10);
    type(DOWN);
    expect("draft", 5);
    type(DOWN);
    expect("draft", 5);
    assert_int_equal(bells(), 2);
}

static void empty_and_repeated_lines_are_not_remembered(void **state)
{
    enter("a");
    enter("b");
    enter("b");
    enter("");
    type(UP UP);
    expect("a", 1);
}

static void the_last_sixteen_lines_are_remembered(void **state)
{
    for (char letter = 'a'; letter < 'a' + CONSOLE_HISTORY_LINES + 3; letter++)
        enter((char[]){letter, '\0'});
    for (uint32_t i = 0; i < CONSOLE_HISTORY_LINES; i++)
        type(UP);
    expect("d", 1);
    type(UP);
    expect("d", 1);
}

static void a_full_line_rings_and_takes_no_more(void **state)
{
    for (uint32_t i = 0; i < CONSOLE_LINE_LENGTH + 10; i++)
        type("x");
    assert_int_equal(line.length, CONSOLE_LINE_LENGTH - 1);
    assert_int_equal(strlen(line.text), CONSOLE_LINE_LENGTH - 1);
    assert_int_equal(bells(), 11);
    type(HOME "y");
    assert_int_equal(line.text[0], 'x');
    assert_int_equal(type("\r"), 0);
    assert_string_equal(line.text, "");
    assert_int_equal(type("a\r"), 1);
}

static void bytes_beyond_ascii_ring_and_the_line_is_not_run(void **state)
{
    type("a\x80\xff\xc3\xa9\x01\x02\x1f" END "b");
    expect("ab", 2);
    assert_int_equal(bells(), 4);
    assert_int_equal(type("\r"), 0);
    assert_int_equal(type(UP "\r"), 1);
    assert_string_equal(line.text, "ab");
    console_line_next(&line);
    type("\xc3\x15"
         "c");
    assert_int_equal(type("\r"), 1);
}

static void unknown_and_broken_sequences_leave_no_trace(void **state)
{
    type("a\033[99;99Zb\033[15~c\033xd");
    expect("abcd", 4);
    assert_int_equal(type("\033[1\r"), 1);
    assert_string_equal(line.text, "abcd");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_typed_is_echoed_after_the_prompt, set_up),
        cmocka_unit_test_setup(cr_lf_and_crlf_each_end_one_line, set_up),
        cmocka_unit_test_setup(backspace_takes_the_character_before_the_cursor, set_up),
        cmocka_unit_test_setup(characters_are_inserted_where_the_cursor_is, set_up),
        cmocka_unit_test_setup(arrows_stop_at_both_ends_and_ring, set_up),
        cmocka_unit_test_setup(delete_takes_the_character_under_the_cursor, set_up),
        cmocka_unit_test_setup(home_and_end_are_known_in_every_spelling, set_up),
        cmocka_unit_test_setup(control_u_empties_the_line, set_up),
        cmocka_unit_test_setup(control_k_takes_the_rest_of_the_line, set_up),
        cmocka_unit_test_setup(control_w_takes_the_word_before_the_cursor, set_up),
        cmocka_unit_test_setup(control_d_deletes_and_never_ends_anything, set_up),
        cmocka_unit_test_setup(control_p_and_n_walk_like_the_arrows, set_up),
        cmocka_unit_test_setup(tab_types_what_is_certain, set_up),
        cmocka_unit_test_setup(tab_completes_in_the_middle_of_a_line, set_up),
        cmocka_unit_test_setup(a_second_tab_lists_and_paints_the_line_again, set_up),
        cmocka_unit_test_setup(two_tabs_with_something_between_are_two_first_ones, set_up),
        cmocka_unit_test_setup(tab_in_a_full_line_rings, set_up),
        cmocka_unit_test_setup(control_c_gives_a_new_prompt_and_runs_nothing, set_up),
        cmocka_unit_test_setup(control_l_clears_the_screen_and_keeps_line_and_cursor, set_up),
        cmocka_unit_test_setup(up_and_down_walk_through_what_was_typed, set_up),
        cmocka_unit_test_setup(empty_and_repeated_lines_are_not_remembered, set_up),
        cmocka_unit_test_setup(the_last_sixteen_lines_are_remembered, set_up),
        cmocka_unit_test_setup(a_full_line_rings_and_takes_no_more, set_up),
        cmocka_unit_test_setup(bytes_beyond_ascii_ring_and_the_line_is_not_run, set_up),
        cmocka_unit_test_setup(unknown_and_broken_sequences_leave_no_trace, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
