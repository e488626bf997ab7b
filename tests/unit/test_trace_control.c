// Switching recording on and off on every CPU, on the real call interrupt; and the command on top of it.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/core/core_hooks.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/trace/trace.h"
#include "kernel/trace/trace_control.h"
#include "tests/fakes/heap.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 4 * TRACE_MARGIN - TRACE_MARGIN };

static struct output_buffer screen;
static char text[32768];
static int32_t silent_cpu; // does not answer calls; negative: all do

static void on_ipi(uint32_t cpu, uint32_t vector)
{
    if (vector == VECTOR_IPI_CALL && (int32_t)cpu == silent_cpu)
        return;
    fake_host_arrive(cpu, vector);
}

static bool is_stop_typed;

static bool reader(uint8_t *byte, uint64_t nanoseconds)
{
    bool is_typed = is_stop_typed;

    is_stop_typed = false;
    *byte = 0x03;
    return is_typed;
}

static int start(void **state)
{
    routed_device_start();
    return 0;
}

// Every test ends with recording off and small rings.
static int set_up(void **state)
{
    routed_device_reset();
    fake_host.on_ipi = on_ipi;
    silent_cpu = -1;
    fake_heap_fail_after(UINT32_MAX);
    for (uint32_t i = 0; i < ROUTED_CPUS; i++) {
        cpu_state_set(i, CPU_ONLINE);
        cpu_call_prepare(i);
    }
    fake_host.irql = IRQL_PASSIVE;
    is_stop_typed = false;
    console_attach(&screen.output, reader);
    output_buffer_start(&screen, text, sizeof(text));
    return 0;
}

static int tear_down(void **state)
{
    silent_cpu = -1;
    for (uint32_t i = 0; i < ROUTED_CPUS; i++)
        cpu_state_set(i, CPU_ONLINE);
    return trace_stop() == RESULT_OK ? 0 : -1;
}

static enum result run(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    return console_run_line(line);
}

static void expect_traced(bool first, bool second, bool third, bool fourth)
{
    const bool wanted[ROUTED_CPUS] = {first, second, third, fourth};

    assert_memory_equal(fake_host.traced, wanted, sizeof(wanted));
}

// As a traced stub does it.
static void take(uint32_t cpu, uint32_t number, uint32_t vector)
{
    struct trace_record records[] = {
        {clock_cycles(), number, trace_word(TRACE_ENTRY, vector * TRACE_ENTRY_SCALE)},
        {clock_cycles(), true, trace_word(TRACE_EXIT, 0)},
    };

    trace_ring_put(&fake_host.rings[cpu], records, 2);
}

static void nothing_was_recorded_before_the_first_start(void **state)
{
    struct trace_cursor *cursors;
    uint32_t count;

    assert_false(trace_is_started());
    assert_int_equal(trace_room(), 0);
    assert_int_equal(trace_counts(0).recorded, 0);
    assert_int_equal(trace_peek(&cursors, 0), 0);
    assert_int_equal(trace_open(&cursors, &count), RESULT_NOT_FOUND);
    assert_int_equal(trace_stop(), RESULT_OK);
    trace_clear();
    assert_int_equal(run("trace dump"), RESULT_NOT_FOUND);
    assert_string_equal(text, "error: nothing was ever recorded: trace start\n");
}

static void without_memory_nothing_starts_and_nothing_is_kept(void **state)
{
    uint32_t live = fake_heap_live();

    for (uint32_t allocations = 0; allocations < ROUTED_CPUS; allocations++) {
        fake_heap_fail_after(allocations);
        assert_int_equal(trace_start(ROOM), RESULT_NO_MEMORY);
        assert_false(trace_is_started());
        expect_traced(false, false, false, false);
        assert_in_range(fake_heap_live(), live, live + 2); // the books stay
    }
}

static void starting_makes_room_and_traces_every_cpu(void **state)
{
    assert_int_equal(trace_start(ROOM), RESULT_OK);
    assert_true(trace_is_started());
    assert_int_equal(trace_room(), ROOM);
    expect_traced(true, true, true, true);
    for (uint32_t i = 0; i < ROUTED_CPUS; i++) {
        assert_non_null(fake_host.rings[i].records);
        assert_int_equal(fake_host.rings[i].mask, 64 * sizeof(struct trace_record) - 1);
    }
    assert_int_equal(trace_stop(), RESULT_OK);
    expect_traced(false, false, false, false);
}

static void a_cpu_out_of_service_is_traced_when_it_comes_back(void **state)
{
    cpu_state_set(2, CPU_OFFLINE);
    fake_host.ipi_count = 0;
    assert_int_equal(trace_start(ROOM), RESULT_OK);
    expect_traced(true, true, true, true);
    for (uint32_t i = 0; i < fake_host.ipi_count; i++)
        assert_int_not_equal(fake_host.ipis[i].cpu, 2);
    assert_int_equal(trace_stop(), RESULT_OK);
    expect_traced(false, false, false, false);
}

static void a_cpu_that_does_not_answer_keeps_all_from_starting(void **state)
{
    silent_cpu = 3;
    assert_int_equal(trace_start(2 * ROOM), RESULT_TIMEOUT);
    assert_false(trace_is_started());
    assert_false(trace_is_recording);
    expect_traced(false, false, false, false);
    // It may never have got a ring of this size: the next start makes one.
    silent_cpu = -1;
    assert_int_equal(trace_start(2 * ROOM), RESULT_OK);
    for (uint32_t i = 1; i < ROUTED_CPUS; i++)
        assert_int_equal(fake_host.rings[i].mask, fake_host.rings[0].mask);
    // And one that has the rings already.
    assert_int_equal(trace_stop(), RESULT_OK);
    silent_cpu = 3;
    assert_int_equal(trace_start(0), RESULT_TIMEOUT);
    assert_false(trace_is_started());
    expect_traced(false, false, false, false);
}

static const struct message_route first = {.cpu = 1, .vector = 0x50}, second = {.cpu = 3, .vector = 0xb0};

static void what_is_recorded_is_counted_until_it_is_cleared(void **state)
{
    assert_int_equal(trace_start(ROOM), RESULT_OK);
    trace_clear();
    take(1, 300, 0x51);
    core_tell_mask(300, true);
    core_tell_route(CORE_MOVE, 300, first, second);
    assert_int_equal(trace_counts(1).recorded, 2);
    assert_int_equal(trace_counts(0).recorded, 2);
    assert_int_equal(trace_counts(0).kept, 2);
    assert_int_equal(trace_stop(), RESULT_OK);
    core_tell_mask(300, false);
    assert_int_equal(trace_counts(0).recorded, 2);
    trace_clear();
    assert_int_equal(trace_counts(0).recorded + trace_counts(1).recorded, 0);
    assert_int_equal(trace_start(0), RESULT_OK);
    assert_int_equal(trace_room(), ROOM);
    take(1, 300, 0x51);
    assert_int_equal(trace_counts(1).recorded, 2);
}

static void what_the_ring_could_not_keep_is_lost(void **state)
{
    assert_int_equal(trace_start(ROOM), RESULT_OK);
    trace_clear();
    for (uint32_t i = 0; i < 100; i++)
        take(2, 300, 0x51);
    assert_int_equal(trace_counts(2).recorded, 200);
    assert_int_equal(trace_counts(2).kept, ROOM);
    assert_int_equal(trace_counts(2).lost, 200 - ROOM);
    // The oldest that is left is an exit now, whose entry is gone.
    trace_ring_put(&fake_host.rings[2], &(struct trace_record){clock_cycles(), 300, trace_word(TRACE_MASK, 1)}, 1);
    assert_int_equal(trace_counts(2).kept, ROOM - 1);
    assert_int_equal(trace_counts(2).lost, 201 - ROOM + 1);
}

static void another_size_begins_anew(void **state)
{
    uint32_t live;

    assert_int_equal(trace_start(ROOM), RESULT_OK);
    take(1, 300, 0x51);
    live = fake_heap_live();
    assert_int_equal(trace_start(10 * ROOM), RESULT_OK);
    assert_true(trace_room() >= 10 * ROOM);
    assert_int_equal(trace_counts(1).recorded, 0);
    assert_int_equal(fake_heap_live(), live);
    assert_int_equal(trace_start(ROOM), RESULT_OK);
    assert_int_equal(fake_heap_live(), live);
    assert_int_equal(trace_start(TRACE_EVENTS_MOST + 1), RESULT_INVALID);
}

static void recording_pauses_while_it_is_read(void **state)
{
    struct trace_cursor *cursors;
    struct trace_event event;
    uint32_t count, found = 0;

    assert_int_equal(trace_start(ROOM), RESULT_OK);
    trace_clear();
    take(3, 300, 0x51);
    assert_int_equal(trace_open(&cursors, &count), RESULT_OK);
    expect_traced(false, false, false, false);
    assert_false(trace_is_recording);
    take(3, 301, 0x51); // a traced routine that was still running
    while (trace_merge_next(cursors, count, &event)) {
        assert_int_equal(event.number, 300);
        found++;
    }
    assert_int_equal(found, 2);
    assert_int_equal(trace_close(), RESULT_OK);
    expect_traced(true, true, true, true);
    assert_true(trace_is_recording);
}

static void a_dump_that_is_stopped_lets_recording_go_on(void **state)
{
    assert_int_equal(trace_start(ROOM), RESULT_OK);
    take(3, 300, 0x51);
    is_stop_typed = true;
    assert_int_equal(run("trace dump"), RESULT_STOPPED);
    assert_non_null(strstr(text, "error: stopped\n"));
    assert_null(strstr(text, "# trace end"));
    expect_traced(true, true, true, true);
    assert_true(trace_is_recording);
}

// The call that stops a CPU comes through a traced stub itself.
static void the_call_that_ends_recording_is_not_read(void **state)
{
    assert_int_equal(trace_start(ROOM), RESULT_OK);
    trace_clear();
    take(1, 300, 0x51);
    trace_ring_put(&fake_host.rings[1],
                   &(struct trace_record){0, 0, trace_word(TRACE_ENTRY, VECTOR_IPI_CALL * TRACE_ENTRY_SCALE)}, 1);
    assert_int_equal(trace_stop(), RESULT_OK);
    assert_int_equal(trace_counts(1).recorded, 2);
    assert_int_equal(trace_counts(1).kept, 2);
}

static void the_command_says_what_it_did(void **state)
{
    assert_int_equal(trace_start(ROOM), RESULT_OK);
    trace_clear();
    take(0, routed_message(1)->number, 0x51);
    assert_int_equal(run("trace stop"), RESULT_OK);
    assert_string_equal(text, "tracing is off, room for 48 events on each cpu\n2 recorded, 2 kept, 0 lost\n");
    assert_int_equal(run("trace status --json"), RESULT_OK);
    assert_string_equal(text, "{\"type\":\"trace_cpu\",\"cpu\":0,\"recorded\":2,\"kept\":2,\"lost\":0}\n"
                              "{\"type\":\"trace_cpu\",\"cpu\":1,\"recorded\":0,\"kept\":0,\"lost\":0}\n"
                              "{\"type\":\"trace_cpu\",\"cpu\":2,\"recorded\":0,\"kept\":0,\"lost\":0}\n"
                              "{\"type\":\"trace_cpu\",\"cpu\":3,\"recorded\":0,\"kept\":0,\"lost\":0}\n"
                              "{\"type\":\"trace_summary\",\"on\":false,\"room\":48,\"recorded\":2,\"kept\":2,"
                              "\"lost\":0}\n");
    assert_int_equal(run("trace status"), RESULT_OK);
    assert_non_null(strstr(text, " CPU     RECORDED         KEPT         LOST\n   0            2            2"));
    assert_int_equal(run("trace clear"), RESULT_OK);
    assert_string_equal(text, "tracing is off, room for 48 events on each cpu\n0 recorded, 0 kept, 0 lost\n");
    assert_int_equal(run("trace start 20"), RESULT_OK);
    assert_non_null(strstr(text, "tracing is on, room for 48 events"));
}

static void a_dump_is_ftrace_text_with_the_table_and_the_counts(void **state)
{
    const struct message *message = routed_message(1);
    char expected[2048];

    assert_int_equal(trace_start(ROOM), RESULT_OK);
    trace_clear();
    fake_host.nanoseconds = 12345678801;
    take(2, message->number, message->info.vector);
    assert_int_equal(run("trace dump"), RESULT_OK);
    assert_memory_equal(text, "# tracer: nop\n#", 15);
    snprintf(expected, sizeof(expected),
             "\n# message irq=%u bdf=0000:00:04.0 index=1 driver=e1000e cpu=%u vector=0x%x\n", message->number,
             message->cpu, message->info.vector);
    assert_non_null(strstr(text, expected));
    assert_non_null(strstr(text, "\n# cpu 2: recorded 2 kept 2 lost 0\n"));
    snprintf(expected, sizeof(expected),
             "          <idle>-0     [002] d.h. 12.345678901: irq_handler_entry: irq=%u name=e1000e-0000:00:04.0-1\n"
             "          <idle>-0     [002] d.h. 12.345679001: irq_handler_exit: irq=%u ret=handled\n"
             "# trace end: 2 events\n",
             message->number, message->number);
    assert_string_equal(text + strlen(text) - strlen(expected), expected);
    assert_int_equal(run("trace dump marks"), RESULT_OK);
    const char *marks =
        "            cpu2-3     [002] d.h. 12.345678901: tracing_mark_write: B|3|e1000e-0000:00:04.0-1\n"
        "            cpu2-3     [002] d.h. 12.345679001: tracing_mark_write: E|3\n"
        "# trace end: 2 events\n";
    assert_string_equal(text + strlen(text) - strlen(marks), marks);
}

static void every_kind_of_event_has_its_line(void **state)
{
    const char *expected =
        "          <idle>-0     [000] .... 2.000000101: irq_route: irq=300 action=connect old=- new=1:0x50\n"
        "          <idle>-0     [000] .... 2.000000201: irq_route: irq=300 action=retarget old=1:0x50 new=3:0xb0\n"
        "          <idle>-0     [000] .... 2.000000301: irq_route: irq=300 action=drain old=1:0x50 new=3:0xb0\n"
        "          <idle>-0     [000] .... 2.000000401: irq_route: irq=300 action=disconnect old=3:0xb0 new=-\n"
        "          <idle>-0     [000] .... 2.000000501: irq_mask: irq=300 masked=1\n"
        "          <idle>-0     [000] d.h. 2.000000601: irq_unknown: vector=0x51 class=unclassified\n"
        "          <idle>-0     [003] d.h. 3.000000000: irq_spurious: vector=0xff\n"
        "          <idle>-0     [003] d.h. 4.000000000: irq_handler_entry: irq=2 name=nmi\n"
        "          <idle>-0     [003] d.h. 5.000000000: irq_handler_exit: irq=2 ret=unhandled\n"
        "          <idle>-0     [003] d.h. 6.000000000: irq_handler_entry: irq=100000 name=irq-100000\n"
        "# trace end: 10 events\n";
    const struct trace_record others[] = {
        {3000000000, 0, trace_word(TRACE_SPURIOUS, 0)},
        {4000000000, 0, trace_word(TRACE_ENTRY, 2 * TRACE_ENTRY_SCALE)},
        {5000000000, 0, trace_word(TRACE_EXIT, 0)},
        {6000000000, 100000, trace_word(TRACE_ENTRY, 0x51 * TRACE_ENTRY_SCALE)},
    };

    assert_int_equal(trace_start(ROOM), RESULT_OK);
    trace_clear();
    fake_host.nanoseconds = 2000000001;
    core_tell_route(CORE_CONNECT, 300, first, first);
    core_tell_route(CORE_MOVE, 300, first, second);
    core_tell_route(CORE_DRAIN, 300, first, second);
    core_tell_route(CORE_DISCONNECT, 300, second, second);
    core_tell_mask(300, true);
    trace_unknown(0x51);
    trace_ring_put(&fake_host.rings[3], others, ARRAY_COUNT(others));
    assert_int_equal(run("trace dump"), RESULT_OK);
    assert_string_equal(text + strlen(text) - strlen(expected), expected);
}

static void nonsense_is_one_line(void **state)
{
    const char *const lines[] = {"trace",          "trace begin",       "trace start 0",   "trace start 16777217",
                                 "trace start x",  "trace stop 1",      "trace dump html", "trace clear now",
                                 "trace status 1", "trace dump marks x"};

    assert_int_equal(trace_start(ROOM), RESULT_OK);
    for (uint32_t i = 0; i < ARRAY_COUNT(lines); i++) {
        assert_int_not_equal(run(lines[i]), RESULT_OK);
        assert_memory_equal(text, "error: ", 7);
        assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
        assert_true(trace_is_started());
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_was_recorded_before_the_first_start),
        TEST(without_memory_nothing_starts_and_nothing_is_kept),
        TEST(starting_makes_room_and_traces_every_cpu),
        TEST(a_cpu_out_of_service_is_traced_when_it_comes_back),
        TEST(a_cpu_that_does_not_answer_keeps_all_from_starting),
        TEST(what_is_recorded_is_counted_until_it_is_cleared),
        TEST(what_the_ring_could_not_keep_is_lost),
        TEST(another_size_begins_anew),
        TEST(recording_pauses_while_it_is_read),
        TEST(a_dump_that_is_stopped_lets_recording_go_on),
        TEST(the_call_that_ends_recording_is_not_read),
        TEST(the_command_says_what_it_did),
        TEST(a_dump_is_ftrace_text_with_the_table_and_the_counts),
        TEST(every_kind_of_event_has_its_line),
        TEST(nonsense_is_one_line),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
