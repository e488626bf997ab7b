// What bench prints: a table for people, an object a line for scripts.
// sources: tests/fakes/bench_machine.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c

#include "kernel/console/console.h"
#include "tests/fakes/bench_machine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static char text[65536];
static struct output_buffer screen;

static int start(void **state)
{
    bench_machine_start();
    return 0;
}

static int set_up(void **state)
{
    bench_machine_reset();
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    return 0;
}

static void the_table_is_narrow_and_judges_only_instructions(void **state)
{
    assert_int_equal(console_run_line("bench message"), RESULT_OK);
    assert_non_null(strstr(text, "message_entry              2000       14       14       14       14"
                                 "     16 met\n"));
    assert_non_null(strstr(text, "\nfired by 0000:00:01.0 0, bell:\nmessage_entry "));
    assert_non_null(strstr(text, "5 figures in instructions, 0 left out, 0 over budget\n"));
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_true(strchr(line, '\n') - line <= 79);
}

static void json_has_one_object_a_figure_and_a_summary(void **state)
{
    assert_int_equal(console_run_line("bench connect --json"), RESULT_OK);
    assert_non_null(strstr(text, "{\"type\":\"bench\",\"name\":\"connect_1\",\"unit\":\"instructions\",\"count\":100,"
                                 "\"min\":"));
    assert_non_null(strstr(text, "{\"type\":\"bench_skipped\",\"name\":\"connect_512\",\"reason\":\"no device"));
    assert_non_null(strstr(text, "{\"type\":\"bench_summary\",\"unit\":\"instructions\",\"ticks\":1,\"figures\":3,"
                                 "\"skipped\":2,\"over\":"));
}

static void trials_that_were_rejected_are_told(void **state)
{
    bench_machine.stalls = 4;
    bench_machine.back = 1000;
    assert_int_equal(console_run_line("bench message_entry"), RESULT_OK);
    assert_non_null(strstr(text, " 0 over budget; 666 trials rejected\n"));
    assert_int_equal(console_run_line("bench message_exit --json"), RESULT_OK);
    assert_non_null(
        strstr(text, ",\"max\":13,\"bdf\":\"0000:00:01.0\",\"index\":0,\"device_work\":false,\"rejected\":0}\n"));
    assert_non_null(strstr(text, ",\"over\":0,\"rejected\":0}\n"));
}

static void an_unknown_figure_is_an_error(void **state)
{
    assert_int_not_equal(console_run_line("bench speed"), RESULT_OK);
    assert_non_null(strstr(text, "error: no figure is called 'speed'\n"));
    assert_int_not_equal(console_run_line("bench message_entr"), RESULT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_table_is_narrow_and_judges_only_instructions, set_up),
        cmocka_unit_test_setup(json_has_one_object_a_figure_and_a_summary, set_up),
        cmocka_unit_test_setup(trials_that_were_rejected_are_told, set_up),
        cmocka_unit_test_setup(an_unknown_figure_is_an_error, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
