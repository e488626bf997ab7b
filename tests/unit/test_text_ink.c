// The ink of a console line, by its first words.
// sources: drivers/screen/text_ink.c

#include "drivers/screen/text_ink.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *line, uint32_t prefix_length, uint8_t prefix, uint8_t rest)
{
    struct text_ink ink = text_ink_of(line, strlen(line));

    assert_int_equal(ink.prefix_length, prefix_length);
    if (prefix_length)
        assert_int_equal(ink.prefix, prefix);
    assert_int_equal(ink.rest, rest);
}

static void a_log_lines_time_is_dim_and_its_text_by_its_level(void **state)
{
    expect("[   1.234567] pci: 3 functions", 14, TEXT_INK_DIM, TEXT_INK_PLAIN);
    expect("[   1.234567] error: gone", 14, TEXT_INK_DIM, TEXT_INK_BAD);
    expect("[   1.234567 cpu 12] warning: slow", 21, TEXT_INK_DIM, TEXT_INK_WARNING);
}

static void a_checks_verdict_has_its_ink(void **state)
{
    expect("ok   core", 3, TEXT_INK_GOOD, TEXT_INK_PLAIN);
    expect("FAIL core", 5, TEXT_INK_BAD, TEXT_INK_BAD);
    expect("skip core", 5, TEXT_INK_DIM, TEXT_INK_DIM);
    expect("error: unknown command", 7, TEXT_INK_BAD, TEXT_INK_BAD);
    expect("panic: handoff", 7, TEXT_INK_BAD, TEXT_INK_BAD);
}

static void anything_else_is_plain(void **state)
{
    expect("", 0, 0, TEXT_INK_PLAIN);
    expect("errors", 0, 0, TEXT_INK_PLAIN);
    expect("an error: here", 0, 0, TEXT_INK_PLAIN);
    expect("[", 0, 0, TEXT_INK_PLAIN);
    expect("[ 1.2]", 0, 0, TEXT_INK_PLAIN);
    expect("{\"type\":\"error\"}", 0, 0, TEXT_INK_PLAIN);
    expect("[1.2]error: stuck", 0, 0, TEXT_INK_PLAIN);
    expect("ok", 0, 0, TEXT_INK_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_lines_time_is_dim_and_its_text_by_its_level),
        cmocka_unit_test(a_checks_verdict_has_its_ink),
        cmocka_unit_test(anything_else_is_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
