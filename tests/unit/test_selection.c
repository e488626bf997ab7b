// What listings show of the message table, by the words that choose, and in which order.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/commands/selection.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
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
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    return 0;
}

static const char *run(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    (void)console_run_line(line);
    return text;
}

static uint32_t rows(const char *line, const char *part)
{
    uint32_t found = 0;
    for (const char *at = run(line); (at = strstr(at, part)); at++)
        found++;
    return found;
}

static void deliver(uint32_t index, uint32_t times)
{
    const struct message *message = routed_message(index);
    while (times--)
        fake_host_deliver(message->cpu, message->info.vector);
}

static void nonzero_leaves_out_what_never_came_and_zeros_in_json(void **state)
{
    uint32_t came = rows("messages nonzero --json", "\"type\":\"message\"");
    uint32_t all = rows("messages --json", "\"type\":\"message\"");
    deliver(3, 2);
    assert_in_range(rows("messages nonzero --json", "\"type\":\"message\""), 1, came + 1);
    assert_in_range(rows("messages nonzero --json", "\"type\":\"message\""), 1, all);
    assert_non_null(strstr(run("interrupts nonzero --json"), "\"taken\":[{\"cpu\":"));
    assert_null(strstr(text, "\"counts\""));
    assert_null(strstr(text, "\"count\":0}"));
}

static void a_driver_a_device_and_a_cpu_choose(void **state)
{
    uint32_t all = rows("messages --json", "\"type\":\"message\"");
    assert_int_equal(rows("messages driver=e1000e --json", "\"driver\":\"e1000e\""), all);
    assert_int_equal(rows("messages driver=nvme --json", "\"type\":\"message\""), 0);
    assert_int_equal(rows("interrupts 00:04.0 --json", "\"type\":\"interrupt\""), all);
    assert_int_equal(rows("interrupts driver=nvme --json", "\"type\":"), 0);
    uint32_t sum = 0;
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        char line[40];
        format_text(line, sizeof(line), "messages cpu=%u --json", cpu);
        sum += rows(line, "\"type\":\"message\"");
    }
    assert_in_range(sum, all, all * cpu_total());
}

static void sorted_by_count_the_most_come_first(void **state)
{
    deliver(2, 500);
    const char *first = strstr(run("messages sort=count --json"), "\"index\":");
    assert_memory_equal(first, "\"index\":2,", 10);
    first = strstr(run("interrupts 00:04.0 sort=count --json"), "\"index\":");
    assert_memory_equal(first, "\"index\":2,", 10);
}

static void words_that_choose_nothing_are_refused(void **state)
{
    assert_string_equal(run("messages cpu=99"), "error: there is no cpu '99'\n");
    assert_string_equal(run("messages sort=up"), "error: sort= is count or rate, not 'up'\n");
    assert_string_equal(run("messages size=3"), "error: 'size=3' is none of driver=, cpu=, sort=\n");
    assert_string_equal(run("messages 00:04.0 00:04.0"), "error: usage: messages " SELECTION_USAGE "\n");
    assert_string_equal(run("interrupts -w 0"), "error: SECONDS is 1 to 3600\n");
}

static void the_order_is_by_key_and_stable(void **state)
{
    enum { MANY = 5000 };
    static uint64_t keys[MANY];
    static uint32_t order[MANY];
    srand(1);
    for (uint32_t i = 0; i < MANY; i++)
        keys[i] = (uint64_t)(rand() % 50);
    selection_order(keys, order, MANY);
    for (uint32_t i = 1; i < MANY; i++) {
        uint64_t before = keys[order[i - 1]], here = keys[order[i]];
        assert_true(before > here || (before == here && order[i - 1] < order[i]));
    }
    selection_order(keys, order, 0);
    selection_order(keys, order, 1);
    assert_int_equal(order[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nonzero_leaves_out_what_never_came_and_zeros_in_json, set_up),
        cmocka_unit_test_setup(a_driver_a_device_and_a_cpu_choose, set_up),
        cmocka_unit_test_setup(sorted_by_count_the_most_come_first, set_up),
        cmocka_unit_test_setup(words_that_choose_nothing_are_refused, set_up),
        cmocka_unit_test(the_order_is_by_key_and_stable),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
