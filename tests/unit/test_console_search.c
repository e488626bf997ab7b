// The line editor's search in the history, and its walk by words.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/console/console_line.h"
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

const struct command *const command_list[] = {NULL};

static struct console_line line;
static struct output_buffer echo;
static char echoed[4096];

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

static uint32_t bells(void)
{
    uint32_t count = 0;
    for (const char *byte = echoed; *byte; byte++)
        count += *byte == '\a';
    return count;
}

static void expect(const char *text, uint32_t cursor)
{
    assert_string_equal(line.text, text);
    assert_int_equal(line.cursor, cursor);
}

static void alt_b_and_f_walk_by_words(void **state)
{
    type("one two  three\033b");
    expect("one two  three", 9);
    type("\033b");
    expect("one two  three", 4);
    type("\033b\033b");
    expect("one two  three", 0);
    type("\033f");
    expect("one two  three", 3);
    type("\033f\033f\033f");
    expect("one two  three", 14);
}

static void control_r_finds_lines_typed_before_by_a_part_of_them(void **state)
{
    type("route 00:04.0 1 2\r");
    console_line_next(&line);
    type("fire 00:04.0 1\r");
    console_line_next(&line);
    type("draft\x12");
    expect("search '': draft", 16);
    type("04");
    expect("search '04': fire 00:04.0 1", 27);
    type("\x12");
    expect("search '04': route 00:04.0 1 2", 30);
    assert_int_equal(type("\r"), 1);
    assert_string_equal(line.text, "route 00:04.0 1 2");
    console_line_next(&line);
    type("\x12rou\b\033[D");
    expect("route 00:04.0 1 2", 16);
}

static void what_is_not_found_rings_and_control_g_takes_the_draft_back(void **state)
{
    type("version\r");
    console_line_next(&line);
    type("draft\x12vex");
    expect("search 've': version", 20);
    type("\x12");
    assert_int_equal(bells(), 2);
    type("\x07");
    expect("draft", 5);
    type("\x12ver\x03");
    expect("", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(alt_b_and_f_walk_by_words, set_up),
        cmocka_unit_test_setup(control_r_finds_lines_typed_before_by_a_part_of_them, set_up),
        cmocka_unit_test_setup(what_is_not_found_rings_and_control_g_takes_the_draft_back, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
