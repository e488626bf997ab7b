// The verdict: never better than what was tried, the worst thing first, and what the block on the screen says.

#include "kernel/console/console.h"
#include "kernel/core/cpu.h"
#include "kernel/diagnose/audit.h"
#include "kernel/inventory/machine_name.h"
#include "kernel/proof/selftest.h"
#include "kernel/proof/verdict.h"
#include "kernel/runtime/log.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct selftest_record tested;
static struct audit_totals audited;
static uint32_t errors, columns;
static struct output_buffer screen;
static char text[8192];
static struct verdict verdict;

const struct selftest_record *selftest_last(void)
{
    return &tested;
}

struct audit_totals audit_last(void)
{
    return audited;
}

uint32_t log_total(enum log_level level)
{
    return level == LOG_ERROR ? errors : 0;
}

struct output *console_screen(void)
{
    return columns ? &screen.output : NULL;
}

uint32_t console_screen_columns(void)
{
    return columns;
}

uint32_t cpu_total(void)
{
    return 4;
}

uint32_t cpu_online_total(void)
{
    return 3;
}

uint32_t message_total(void)
{
    return 19;
}

static int set_up(void **state)
{
    tested = (struct selftest_record){.is_complete = true, .passed = 27, .skipped = 2, .arrived = 12};
    audited = (struct audit_totals){652, 0};
    errors = 0;
    columns = 100;
    strcpy(machine_name, "Maker Product");
    output_buffer_start(&screen, text, sizeof(text));
    return 0;
}

static void expect(enum verdict_word word, const char *worst, const char *next)
{
    verdict_reach(&verdict);
    assert_int_equal(verdict.word, word);
    assert_string_equal(verdict.worst, worst);
    assert_string_equal(verdict.next, next);
}

static void what_was_tried_and_held_passes(void **state)
{
    expect(VERDICT_PASS, "", "prove");
}

static void what_was_not_tried_is_no_pass(void **state)
{
    tested = (struct selftest_record){0};
    audited = (struct audit_totals){0};
    expect(VERDICT_NOT_TESTED, "", "selftest");
    tested = (struct selftest_record){.is_complete = false, .passed = 26, .arrived = 12};
    audited = (struct audit_totals){652, 0};
    expect(VERDICT_NOT_TESTED, "", "selftest");
    tested = (struct selftest_record){.is_complete = true, .passed = 6};
    expect(VERDICT_NOT_TESTED, "no device here has a message that could be fired", "pci");
}

static void an_audit_that_was_not_made_is_no_pass(void **state)
{
    audited = (struct audit_totals){0};
    expect(VERDICT_NOT_TESTED, "nothing was audited", "audit");
}

static void the_worst_comes_first(void **state)
{
    errors = 3;
    expect(VERDICT_PASS, "3 errors in the log, not judged", "log");
    audited.drifts = 2;
    expect(VERDICT_FAIL, "audit: hardware and table differ in 2 places", "audit");
    tested.failed = 1;
    strcpy(tested.first_failure, "fire 0000:00:04.0 message 0: timeout");
    expect(VERDICT_FAIL, "self-test: 1 of 28 checks failed: fire 0000:00:04.0 message 0: timeout", "audit");
}

// A failure counts also where the run was stopped after it.
static void a_failure_of_a_stopped_run_counts(void **state)
{
    tested = (struct selftest_record){.is_complete = false, .failed = 1, .first_failure = "core"};
    expect(VERDICT_FAIL, "self-test: 1 of 1 checks failed: core", "audit");
}

static void the_block_has_every_line_in_both_halves(void **state)
{
    verdict_show();
    assert_non_null(strstr(text, "\033[32m\033[7m\033#3 PASS "));
    assert_non_null(strstr(text, "\033[32m\033[7m\033#4 PASS "));
    assert_non_null(strstr(text, "\033#3 Maker Product\033[0m\n"));
    assert_non_null(strstr(text, "\033#4 3 of 4 CPUs, 19 messages routed\033[0m\n"));
    assert_non_null(strstr(text, "\033#3 self-test: 27 passed, 0 failed, 2 skipped\033[0m\n"));
    assert_non_null(strstr(text, "\033#3 audit: 652 checks, 0 differ\033[0m\n"));
    assert_non_null(strstr(text, "\033#3 type: prove\033[0m\n"));
}

static void the_block_says_what_was_not_run(void **state)
{
    tested = (struct selftest_record){0};
    audited = (struct audit_totals){0};
    verdict_show();
    assert_non_null(strstr(text, "\033#3 NOT TESTED"));
    assert_non_null(strstr(text, "\033#3 self-test: not run\033[0m\n"));
    assert_non_null(strstr(text, "\033#3 audit: not run\033[0m\n"));
    assert_null(strstr(text, "PASS"));
}

// 49 characters of double size and the margin stand in 100 columns.
static void a_long_line_is_folded_between_words(void **state)
{
    tested.failed = 1;
    strcpy(tested.first_failure, "table 0000:00:06.0 message 0: message_data in msix_table is 0x30 instead of 0x50");
    verdict_show();
    assert_non_null(strstr(text, "\033[31m\033#3 self-test: 1 of 28 checks failed: table\033[0m\n"));
    assert_non_null(strstr(text, "\033[31m\033#3 0000:00:06.0 message 0: message_data in\033[0m\n"));
    assert_non_null(strstr(text, "\033[31m\033#4 msix_table is 0x30 instead of 0x50\033[0m\n"));
}

static void a_word_longer_than_a_line_is_cut_where_the_line_ends(void **state)
{
    memset(machine_name, 'x', MACHINE_NAME_LENGTH - 1);
    verdict_show();
    const char *first = strstr(text, "\033#3 x");
    assert_non_null(first);
    assert_int_equal(strspn(first + 4, "x"), 49);
    assert_non_null(strstr(first + 60, "\033#3 x"));
}

static void without_a_screen_nothing_is_said(void **state)
{
    columns = 0;
    verdict_show();
    columns = 30; // too narrow for letters of double size
    verdict_show();
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_tried_and_held_passes, set_up),
        cmocka_unit_test_setup(what_was_not_tried_is_no_pass, set_up),
        cmocka_unit_test_setup(an_audit_that_was_not_made_is_no_pass, set_up),
        cmocka_unit_test_setup(the_worst_comes_first, set_up),
        cmocka_unit_test_setup(a_failure_of_a_stopped_run_counts, set_up),
        cmocka_unit_test_setup(the_block_has_every_line_in_both_halves, set_up),
        cmocka_unit_test_setup(the_block_says_what_was_not_run, set_up),
        cmocka_unit_test_setup(a_long_line_is_folded_between_words, set_up),
        cmocka_unit_test_setup(a_word_longer_than_a_line_is_cut_where_the_line_ends, set_up),
        cmocka_unit_test_setup(without_a_screen_nothing_is_said, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
