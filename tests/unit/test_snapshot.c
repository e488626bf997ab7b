// Snapshots: what has changed since is told, and nothing else; and messages placed anew.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct output_buffer screen;
static char text[65536];

static int start(void **state)
{
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    console_attach(&screen.output, NULL);
    return 0;
}

static const char *run(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    (void)console_run_line(line);
    return text;
}

static void nothing_changed_is_no_difference(void **state)
{
    (void)run("snapshot quiet");
    assert_non_null(strstr(run("diff quiet"), "\n0 differences from 'quiet', taken "));
}

static void counts_and_routes_that_changed_are_told(void **state)
{
    const struct message *message = routed_message(2);
    uint32_t cpu = message->cpu;
    (void)run("snapshot before");
    fake_host_deliver(cpu, message->info.vector);
    fake_host_deliver(cpu, message->info.vector);
    (void)run("mask 0:4.0 1");
    assert_non_null(strstr(run("diff before --json"), "{\"type\":\"diff\",\"kind\":\"count\",\"bdf\":\"0000:00:04.0\","
                                                      "\"index\":2,\"name\":null,"));
    assert_non_null(strstr(text, "\"kind\":\"route\",\"bdf\":\"0000:00:04.0\",\"index\":1,"));
    assert_non_null(strstr(text, " M\"}\n"));
    assert_non_null(strstr(text, "\"differences\":2}\n"));
    (void)run("unmask 0:4.0 1");
}

static void a_name_taken_again_is_replaced_and_names_are_limited(void **state)
{
    (void)run("snapshot before");
    assert_non_null(strstr(run("diff before"), "0 differences"));
    for (char name[] = "snapshot a"; name[9] <= 'f'; name[9]++)
        assert_null(strstr(run(name), "error"));
    assert_string_equal(run("snapshot h"), "error: there are 8 snapshots already: take an old one's name\n");
    assert_null(strstr(run("snapshot a"), "error"));
    assert_string_equal(run("diff nobody"), "error: there is no snapshot 'nobody'\n");
    assert_string_equal(run("diff \"\""), "error: there is no snapshot ''\n");
    assert_string_equal(run("snapshot anameof16letters"), "error: NAME is 1 to 15 letters and digits\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_changed_is_no_difference, set_up),
        cmocka_unit_test_setup(counts_and_routes_that_changed_are_told, set_up),
        cmocka_unit_test_setup(a_name_taken_again_is_replaced_and_names_are_limited, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
