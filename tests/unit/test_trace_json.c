// A trace as JSON: the map, then an object an event with the fields of its kind.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/trace/trace_json.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct output_buffer screen;
static char text[8192];

static int set_up(void **state)
{
    static bool is_started;

    if (!is_started)
        routed_device_start();
    is_started = true;
    routed_device_reset();
    output_buffer_start(&screen, text, sizeof(text));
    return 0;
}

static void each_kind_of_event_has_its_fields(void **state)
{
    const struct trace_event events[] = {
        {.kind = TRACE_CONNECT, .number = 300, .old_place = TRACE_PLACE_NONE, .new_place = 0x150},
        {.kind = TRACE_MASK, .number = 300, .detail = 1},
        {.kind = TRACE_UNKNOWN, .vector = 0x51, .detail = TRACE_UNCLASSIFIED},
        {.kind = TRACE_SPURIOUS, .cpu = 3, .vector = 0xff},
        {.kind = TRACE_ENTRY, .cpu = 3, .number = 2, .vector = 2},
        {.kind = TRACE_EXIT, .cpu = 3, .number = 2},
    };
    const char *expected =
        "{\"type\":\"trace_event\",\"time_ns\":0,\"cpu\":0,\"event\":\"irq_route\",\"irq\":300,\"action\":"
        "\"connect\",\"old\":null,\"new\":{\"cpu\":1,\"vector\":80}}\n"
        "{\"type\":\"trace_event\",\"time_ns\":0,\"cpu\":0,\"event\":\"irq_mask\",\"irq\":300,\"masked\":true}"
        "\n"
        "{\"type\":\"trace_event\",\"time_ns\":0,\"cpu\":0,\"event\":\"irq_unknown\",\"vector\":81,\"class\":"
        "\"unclassified\"}\n"
        "{\"type\":\"trace_event\",\"time_ns\":0,\"cpu\":3,\"event\":\"irq_spurious\",\"vector\":255}\n"
        "{\"type\":\"trace_event\",\"time_ns\":0,\"cpu\":3,\"event\":\"irq_handler_entry\",\"irq\":2,\"name\":"
        "\"nmi\"}\n"
        "{\"type\":\"trace_event\",\"time_ns\":0,\"cpu\":3,\"event\":\"irq_handler_exit\",\"irq\":2,"
        "\"handled\":"
        "false}\n"
        "{\"type\":\"trace_dump_summary\",\"events\":6}\n";

    for (uint32_t i = 0; i < ARRAY_COUNT(events); i++)
        trace_json_event(&screen.output, &events[i]);
    trace_json_end(&screen.output, ARRAY_COUNT(events));
    assert_string_equal(text, expected);
}

static void the_map_has_an_object_a_message(void **state)
{
    trace_json_map(&screen.output);
    assert_non_null(strstr(text,
                           "{\"type\":\"trace_message\",\"irq\":257,\"bdf\":\"0000:00:04.0\",\"index\":1,\"driver\":"
                           "\"e1000e\",\"cpu\":1,\"vector\":"));
}

static void a_form_of_a_dump_and_json_are_not_to_be_had_together(void **state)
{
    console_attach(&screen.output, NULL);
    assert_int_equal(console_run_line("trace dump ctf --json"), RESULT_INVALID);
    assert_non_null(strstr(text, "\nerror: a dump is JSON or 'ctf', not both\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_kind_of_event_has_its_fields, set_up),
        cmocka_unit_test_setup(the_map_has_an_object_a_message, set_up),
        cmocka_unit_test_setup(a_form_of_a_dump_and_json_are_not_to_be_had_together, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
