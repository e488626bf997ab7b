// The grammar of usage lines: what may be typed next.

#include "kernel/console/console_usage.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char next[256];

static void note(void *context, const char *choice, size_t length, const char *follows)
{
    size_t used = strlen(next);

    snprintf(next + used, sizeof(next) - used, "%s%.*s", used ? " " : "", (int)length, choice);
}

// `typed` is split at blanks.
static void expect_next(const char *usage, const char *typed, const char *expected)
{
    char text[256];
    const char *words[16];
    uint32_t count = 0;

    snprintf(text, sizeof(text), "%s", typed);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
        words[count++] = word;
    next[0] = '\0';
    console_usage_next(usage, words, count, note, NULL);
    assert_string_equal(next, expected);
}

static void words_follow_in_order(void **state)
{
    expect_next("fire BDF N [COUNT]", "", "BDF");
    expect_next("fire BDF N [COUNT]", "00:04.0", "N");
    expect_next("fire BDF N [COUNT]", "00:04.0 3", "COUNT");
    expect_next("fire BDF N [COUNT]", "00:04.0 3 7", "");
    expect_next("version", "", "");
    expect_next("version", "on", "");
}

static void either_of_two_may_stand(void **state)
{
    expect_next("cpu CPU online|offline", "1", "online offline");
    expect_next("route BDF N CPU|GROUP:MASK", "00:04.0 0", "CPU GROUP:MASK");
    expect_next("drill [NAME|all]", "", "NAME all");
}

static void what_may_be_left_out_may_be_followed_by_what_comes_next(void **state)
{
    expect_next("storm [BDF [N]] [fast]", "", "BDF fast");
    expect_next("storm [BDF [N]] [fast]", "00:04.0", "N fast");
    expect_next("storm [BDF [N]] [fast]", "00:04.0 1", "fast");
    expect_next("storm [BDF [N]] [fast]", "fast", "N fast");
    expect_next("interrupts [-w [SECONDS]]", "", "-w");
    expect_next("interrupts [-w [SECONDS]]", "-w", "SECONDS");
}

static void two_ways_to_one_place_are_one(void **state)
{
    expect_next("x [NAME] [EVENT] last", "word", "EVENT last");
}

static void a_word_that_does_not_fit_ends_the_way(void **state)
{
    expect_next("cpu CPU online|offline", "x", "");
    expect_next("fire BDF N [COUNT]", "00:04.0 x", "");
    expect_next("irql [preempt]", "on", "");
}

static void several_ways_stand_behind_bars(void **state)
{
    const char *usage = "trace start [EVENTS] | stop | clear | dump [ctf|marks]";

    expect_next(usage, "", "start stop clear dump");
    expect_next(usage, "dump", "ctf marks");
    expect_next(usage, "start", "EVENTS");
    expect_next(usage, "stop", "");
    expect_next(usage, "dump ctf", "");
}

static void options_stand_last_in_any_order_and_once(void **state)
{
    const char *usage = "prove [BDF [N]] [moves=M] [shots=S]";

    expect_next(usage, "", "BDF moves= shots=");
    expect_next(usage, "00:04.0", "N moves= shots=");
    expect_next(usage, "00:04.0 shots=5", "moves=");
    expect_next(usage, "shots=5 moves=7", "");
}

static void broken_usages_and_long_lines_do_no_harm(void **state)
{
    char usage[600];

    expect_next("", "", "");
    expect_next("a [b [c", "", "b");
    expect_next("a b] c", "b", "c");
    expect_next("a ||", "", "");
    expect_next("a |", "x", "");
    expect_next("a = [=]", "", "= =");
    memset(usage, 'u', sizeof(usage));
    memcpy(usage + sizeof(usage) - 5, " far", 5);
    expect_next(usage, "", "");
}

static void capitals_stand_for_something_else(void **state)
{
    assert_true(console_usage_is_placeholder("BDF", 3));
    assert_true(console_usage_is_placeholder("GROUP:MASK", 10));
    assert_true(console_usage_is_placeholder("N]", 1));
    assert_false(console_usage_is_placeholder("online", 6));
    assert_false(console_usage_is_placeholder("-w", 2));
    assert_false(console_usage_is_placeholder("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_follow_in_order),
        cmocka_unit_test(either_of_two_may_stand),
        cmocka_unit_test(what_may_be_left_out_may_be_followed_by_what_comes_next),
        cmocka_unit_test(two_ways_to_one_place_are_one),
        cmocka_unit_test(a_word_that_does_not_fit_ends_the_way),
        cmocka_unit_test(several_ways_stand_behind_bars),
        cmocka_unit_test(options_stand_last_in_any_order_and_once),
        cmocka_unit_test(broken_usages_and_long_lines_do_no_harm),
        cmocka_unit_test(capitals_stand_for_something_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
