// The log ring: the form of a line, the levels, what happens when it is full, and who writes the console.
// sources: tests/fakes/host.c

#include "kernel/runtime/log.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char text[256 * 1024];
static struct output_buffer buffer;

static void start(void)
{
    fake_host_reset();
    fake_host.step = 0;
    log_show(NULL, LOG_INFO);
    output_buffer_start(&buffer, text, sizeof(text));
    log_show(&buffer.output, LOG_INFO); // empties what earlier tests left unshown
    output_buffer_start(&buffer, text, sizeof(text));
}

static const char *replayed(void)
{
    static char whole[256 * 1024];
    struct output_buffer replay;

    output_buffer_start(&replay, whole, sizeof(whole));
    log_replay(&replay.output, LOG_DEBUG);
    assert_true(replay.length < sizeof(whole));
    return whole;
}

static bool ends_with(const char *whole, const char *end)
{
    size_t length = strlen(whole);
    return length >= strlen(end) && strcmp(whole + length - strlen(end), end) == 0;
}

static void a_line_shows_time_level_and_text(void **state)
{
    start();
    fake_host.nanoseconds = 1234567890;
    log_info("cpu %u online", 3);
    log_warning("odd");
    log_error("bad");
    assert_string_equal(text, "[   1.234567] cpu 3 online\n[   1.234567] warning: odd\n[   1.234567] error: bad\n");
}

static void the_console_shows_the_chosen_levels_and_the_ring_keeps_all(void **state)
{
    start();
    log_debug("hidden");
    log_show(&buffer.output, LOG_WARNING);
    log_info("hidden too");
    log_warning("seen");
    assert_string_equal(text, "[   0.000000] warning: seen\n");
    fake_host.cpu = 2;
    log_debug("here");
    assert_true(ends_with(replayed(), "[   0.000000 cpu 0] hidden\n[   0.000000 cpu 0] hidden too\n"
                                      "[   0.000000 cpu 0] warning: seen\n[   0.000000 cpu 2] here\n"));
}

static void a_replay_has_the_chosen_levels_only(void **state)
{
    static char whole[256 * 1024];
    struct output_buffer replay;

    start();
    log_debug("detail of a replay");
    log_info("what happened in a replay");
    log_warning("odd in a replay");
    output_buffer_start(&replay, whole, sizeof(whole));
    log_replay(&replay.output, LOG_WARNING);
    assert_null(strstr(whole, "detail of a replay"));
    assert_null(strstr(whole, "what happened in a replay"));
    assert_non_null(strstr(whole, "odd in a replay"));
}

static void lines_written_before_there_was_a_console_are_shown_once_there_is(void **state)
{
    start();
    log_show(NULL, LOG_INFO);
    log_info("early");
    assert_string_equal(text, "");
    log_show(&buffer.output, LOG_INFO);
    log_show(&buffer.output, LOG_DEBUG);
    assert_string_equal(text, "[   0.000000] early\n");
}

static void lines_are_counted_by_level(void **state)
{
    start();
    uint32_t errors = log_total(LOG_ERROR), warnings = log_total(LOG_WARNING);
    log_error("one");
    log_error("two");
    log_warning("three");
    assert_int_equal(log_total(LOG_ERROR), errors + 2);
    assert_int_equal(log_total(LOG_WARNING), warnings + 1);
    assert_int_equal(log_total((enum log_level)77), 0);
}

static void a_long_line_is_cut_and_says_so(void **state)
{
    char long_text[1000], exact[LOG_TEXT_LENGTH + 1];

    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    memset(exact, 'y', LOG_TEXT_LENGTH);
    exact[LOG_TEXT_LENGTH] = '\0';
    start();
    log_info("%s", long_text);
    assert_int_equal(strlen(text), strlen("[   0.000000] \n") + LOG_TEXT_LENGTH);
    assert_true(ends_with(text, "xxx...\n"));
    log_info("%s", exact);
    assert_true(ends_with(text, "yyy\n"));
}

static void no_text_can_begin_a_line_of_its_own(void **state)
{
    start();
    log_info("a\n{\"type\":\"cpu\"}\r\x1b\xff");
    log_info("{");
    assert_string_equal(text, "[   0.000000] a?{\"type\":\"cpu\"}???\n[   0.000000] {\n");
}

static void a_full_ring_drops_its_oldest_lines_and_says_how_many(void **state)
{
    unsigned lost = 0, expected;

    start();
    for (unsigned i = 0; i < 5000; i++)
        log_debug("line %u %.*s", i, (int)(i % 97),
                  "-----------------------------------------------------------------"
                  "------------------------------------------");
    const char *replay = replayed();
    assert_int_equal(sscanf(replay, "(%u older lines were overwritten)", &lost), 1);
    assert_true(lost > 3000);
    const char *at = strstr(replay, "line ");
    assert_non_null(at);
    for (expected = (unsigned)atoi(at + 5); at; at = strstr(at + 1, "line "))
        assert_int_equal(atoi(at + 5), expected++);
    assert_int_equal(expected, 5000);
    assert_true(strlen(replay) > 60000);
}

static void the_newest_lines_come_without_the_lock(void **state)
{
    char last[4096];
    struct output_buffer out;

    start();
    for (int i = 0; i < 50; i++)
        log_debug("number %d", i);
    output_buffer_start(&out, last, sizeof(last));
    log_replay_unlocked(&out.output, 2);
    assert_string_equal(last, "[   0.000000 cpu 0] number 48\n[   0.000000 cpu 0] number 49\n");
}

static void log_from_an_interrupt(struct output *self, const char *bytes, size_t length);
static struct output interrupted = {.write = log_from_an_interrupt};

// The console is interrupted in the midst of a line by a routine that logs as well.
static void log_from_an_interrupt(struct output *self, const char *bytes, size_t length)
{
    static bool was_interrupted;

    assert_true(fake_host.interrupts_on);
    buffer.output.write(&buffer.output, bytes, length / 2);
    if (!was_interrupted) {
        was_interrupted = true;
        log_info("second");
    }
    buffer.output.write(&buffer.output, bytes + length / 2, length - length / 2);
}

static void a_line_logged_by_an_interrupt_follows_the_one_it_interrupted(void **state)
{
    start();
    log_show(&interrupted, LOG_INFO);
    log_info("first");
    log_info("third");
    assert_string_equal(text, "[   0.000000] first\n[   0.000000] second\n[   0.000000] third\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_shows_time_level_and_text),
        cmocka_unit_test(the_console_shows_the_chosen_levels_and_the_ring_keeps_all),
        cmocka_unit_test(a_replay_has_the_chosen_levels_only),
        cmocka_unit_test(lines_written_before_there_was_a_console_are_shown_once_there_is),
        cmocka_unit_test(lines_are_counted_by_level),
        cmocka_unit_test(a_long_line_is_cut_and_says_so),
        cmocka_unit_test(no_text_can_begin_a_line_of_its_own),
        cmocka_unit_test(a_full_ring_drops_its_oldest_lines_and_says_how_many),
        cmocka_unit_test(the_newest_lines_come_without_the_lock),
        cmocka_unit_test(a_line_logged_by_an_interrupt_follows_the_one_it_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
