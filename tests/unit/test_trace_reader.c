// Rings and their reader: what is overwritten, how exits find their entries, and the order of all CPUs' events.

#include "kernel/core/irql.h"
#include "kernel/lib/random.h"
#include "kernel/runtime/vectors.h"
#include "kernel/trace/trace_reader.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { PLACES = 64, KEPT = PLACES - TRACE_MARGIN, CPUS = 3, DEVICE = 0x51, HIGHER = 0x91, CLOCK = 0xd0, NMI = 2 };

static struct trace_record memory[CPUS][PLACES];
static struct trace_ring rings[CPUS];
static struct trace_cursor cursors[CPUS];
static uint64_t now;

static int set_up(void **state)
{
    memset(memory, 0xff, sizeof(memory));
    memset(cursors, 0, sizeof(cursors));
    now = 1000;
    for (uint32_t cpu = 0; cpu < CPUS; cpu++) {
        rings[cpu] = (struct trace_ring){.mask = sizeof(memory[cpu]) - 1, .records = memory[cpu]};
        cursors[cpu].cpu = cpu;
    }
    return 0;
}

static void put(uint32_t cpu, uint32_t number, uint32_t word)
{
    struct trace_record record = {now++, number, word};

    trace_ring_put(&rings[cpu], &record, 1);
}

static void enter(uint32_t cpu, uint32_t number, uint32_t vector)
{
    put(cpu, number, trace_word(TRACE_ENTRY, vector * TRACE_ENTRY_SCALE));
}

// Only the low byte of what is left in the register is the answer.
static void leave(uint32_t cpu, bool is_handled)
{
    put(cpu, 0x12345600 | is_handled, trace_word(TRACE_EXIT, 0));
}

static void route(uint32_t cpu, enum trace_kind kind, uint32_t number, uint32_t old_place, uint32_t new_place)
{
    struct trace_record records[] = {
        {now++, number, trace_word(kind, 0)},
        {(uint64_t)new_place << 32 | old_place, 0, trace_word(TRACE_PLACES, 0)},
    };

    trace_ring_put(&rings[cpu], records, 2);
}

static void open_from(uint32_t cpu, uint64_t first)
{
    trace_cursor_open(&cursors[cpu], &rings[cpu], first, rings[cpu].position);
}

static void expect(struct trace_event *event, enum trace_kind kind, uint32_t number, uint32_t vector)
{
    assert_true(trace_cursor_next(&cursors[0], event));
    assert_int_equal(event->kind, kind);
    assert_int_equal(event->number, number);
    assert_int_equal(event->vector, vector);
}

static void expect_end(void)
{
    struct trace_event event;

    assert_false(trace_cursor_next(&cursors[0], &event));
    assert_false(trace_cursor_next(&cursors[0], &event));
}

static void an_exit_belongs_to_what_was_entered_last(void **state)
{
    struct trace_event event;

    enter(0, 300, DEVICE);
    enter(0, 301, HIGHER);
    enter(0, 0, CLOCK);
    leave(0, true);
    leave(0, false);
    leave(0, true);
    open_from(0, 0);
    expect(&event, TRACE_ENTRY, 300, DEVICE);
    assert_int_equal(event.cycles, 1000);
    expect(&event, TRACE_ENTRY, 301, HIGHER);
    expect(&event, TRACE_ENTRY, CLOCK, CLOCK);
    expect(&event, TRACE_EXIT, CLOCK, CLOCK);
    assert_int_equal(event.detail, 1);
    expect(&event, TRACE_EXIT, 301, HIGHER);
    assert_int_equal(event.detail, 0);
    expect(&event, TRACE_EXIT, 300, DEVICE);
    assert_int_equal(event.detail, 1);
    expect_end();
}

static void an_exit_without_its_entry_is_passed_over(void **state)
{
    struct trace_event event;

    leave(0, true);
    enter(0, 300, DEVICE);
    leave(0, true);
    leave(0, true);
    open_from(0, 0);
    expect(&event, TRACE_ENTRY, 300, DEVICE);
    expect(&event, TRACE_EXIT, 300, DEVICE);
    expect_end();
}

// A processor that was stopped never leaves the routine that stopped it.
static void what_was_never_left_ends_when_its_level_is_entered_again(void **state)
{
    struct trace_event event;

    for (uint32_t i = 0; i < KEPT / 3; i++) {
        enter(0, 0, VECTOR_IPI_STOP);
        enter(0, 300, DEVICE);
        leave(0, true);
    }
    open_from(0, 0);
    for (uint32_t i = 0; i < KEPT / 3; i++) {
        expect(&event, TRACE_ENTRY, VECTOR_IPI_STOP, VECTOR_IPI_STOP);
        expect(&event, TRACE_ENTRY, 300, DEVICE);
        expect(&event, TRACE_EXIT, 300, DEVICE);
        assert_int_equal(cursors[0].depth, 0);
    }
    expect_end();
}

static void a_level_does_not_interrupt_itself(void **state)
{
    struct trace_event event;

    enter(0, 300, DEVICE);
    enter(0, 301, DEVICE + 1);
    leave(0, true);
    leave(0, true);
    open_from(0, 0);
    expect(&event, TRACE_ENTRY, 300, DEVICE);
    expect(&event, TRACE_ENTRY, 301, DEVICE + 1);
    expect(&event, TRACE_EXIT, 301, DEVICE + 1);
    expect_end();
}

static void an_nmi_interrupts_every_level(void **state)
{
    struct trace_event event;

    enter(0, 0, VECTOR_ERROR);
    enter(0, 0, NMI);
    leave(0, true);
    leave(0, true);
    open_from(0, 0);
    expect(&event, TRACE_ENTRY, VECTOR_ERROR, VECTOR_ERROR);
    expect(&event, TRACE_ENTRY, NMI, NMI);
    expect(&event, TRACE_EXIT, NMI, NMI);
    expect(&event, TRACE_EXIT, VECTOR_ERROR, VECTOR_ERROR);
    expect_end();
}

static void a_route_is_one_event_of_two_records(void **state)
{
    struct trace_event event;

    route(0, TRACE_CONNECT, 300, TRACE_PLACE_NONE, trace_place(1, 0x50));
    route(0, TRACE_RETARGET, 300, trace_place(1, 0x50), trace_place(287, 0xbf));
    assert_int_equal(rings[0].joined, 2);
    open_from(0, 0);
    expect(&event, TRACE_CONNECT, 300, 0);
    assert_int_equal(event.old_place, TRACE_PLACE_NONE);
    assert_int_equal(event.new_place, 0x150);
    expect(&event, TRACE_RETARGET, 300, 0);
    assert_int_equal(event.new_place, 287 << 8 | 0xbf);
    assert_int_equal(event.cycles, 1001);
    expect_end();
}

// The ring is full: the first half of the oldest route has been overwritten, or what follows it is not read.
static void half_a_route_is_none(void **state)
{
    struct trace_event event;

    route(0, TRACE_CONNECT, 300, TRACE_PLACE_NONE, 0x150);
    route(0, TRACE_DRAIN, 301, 0x150, 0x250);
    trace_cursor_open(&cursors[0], &rings[0], 16, 48);
    expect_end();
    trace_cursor_open(&cursors[0], &rings[0], 16, 64);
    expect(&event, TRACE_DRAIN, 301, 0);
    expect_end();
}

static void the_other_events_say_what_they_are_about(void **state)
{
    struct trace_event event;

    put(0, 0x99, trace_word(TRACE_SPURIOUS, 0));
    put(0, 0x52, trace_word(TRACE_UNKNOWN, 0));
    put(0, 300, trace_word(TRACE_MASK, 1));
    open_from(0, 0);
    expect(&event, TRACE_SPURIOUS, VECTOR_SPURIOUS, VECTOR_SPURIOUS);
    expect(&event, TRACE_UNKNOWN, 0x52, 0x52);
    expect(&event, TRACE_MASK, 300, 0);
    assert_int_equal(event.detail, 1);
    expect_end();
}

static void what_makes_no_sense_is_passed_over(void **state)
{
    struct random random;
    struct trace_event event;

    random_start(&random, 4);
    for (uint32_t round = 0; round < 20000; round++) {
        put(0, (uint32_t)random_next(&random), (uint32_t)random_next(&random) % 0x0c000000);
        open_from(0, 0);
        while (trace_cursor_next(&cursors[0], &event)) {
            assert_true(event.kind < TRACE_KIND_COUNT && event.kind != TRACE_PLACES);
            assert_true(event.vector < VECTOR_COUNT || event.kind == TRACE_UNKNOWN);
            assert_true(cursors[0].depth <= TRACE_DEPTH);
        }
    }
}

// What routines that still run may overwrite is not read.
static void the_oldest_places_are_left_to_routines_that_still_run(void **state)
{
    struct trace_event event;
    uint32_t found = 0;

    for (uint32_t i = 0; i < 3 * PLACES; i++)
        put(0, i, trace_word(TRACE_MASK, 0));
    open_from(0, 0);
    uint64_t end = rings[0].position;
    for (uint32_t i = 0; i < TRACE_MARGIN; i++)
        put(0, i, trace_word(TRACE_MASK, 0));
    trace_cursor_open(&cursors[0], &rings[0], 0, end);
    for (uint32_t i = 3 * PLACES - KEPT; i < 3 * PLACES; i++, found++) {
        assert_true(trace_cursor_next(&cursors[0], &event));
        assert_int_equal(event.number, i);
    }
    expect_end();
    assert_int_equal(found, KEPT);
}

static void reading_begins_where_it_is_told(void **state)
{
    struct trace_event event;

    put(0, 300, trace_word(TRACE_MASK, 0));
    uint64_t first = rings[0].position;
    put(0, 301, trace_word(TRACE_MASK, 0));
    open_from(0, first);
    expect(&event, TRACE_MASK, 301, 0);
    expect_end();
}

static void time_never_runs_backwards_on_a_cpu(void **state)
{
    struct trace_event event;

    now = 2000;
    put(0, 300, trace_word(TRACE_MASK, 0));
    now = 1990;
    put(0, 301, trace_word(TRACE_MASK, 0));
    open_from(0, 0);
    expect(&event, TRACE_MASK, 300, 0);
    expect(&event, TRACE_MASK, 301, 0);
    assert_int_equal(event.cycles, 2000);
}

static void a_clock_that_is_ahead_is_set_back(void **state)
{
    struct trace_event event;

    cursors[0].ahead = 400;
    put(0, 300, trace_word(TRACE_MASK, 0));
    open_from(0, 0);
    expect(&event, TRACE_MASK, 300, 0);
    assert_int_equal(event.cycles, 600);
    cursors[0].ahead = -400;
    open_from(0, 0);
    expect(&event, TRACE_MASK, 300, 0);
    assert_int_equal(event.cycles, 1400);
}

// Three processors enter and leave at random; a list of their own says what must be read back.
enum { STEPS = 3000, HISTORY = STEPS + 1 };

struct happening {
    uint64_t cycles;
    uint32_t cpu;
    uint32_t number;
    bool is_entry;
};

static struct happening history[HISTORY];
static uint32_t happened;

static void happen(uint32_t cpu, uint32_t number, bool is_entry)
{
    history[happened++] = (struct happening){now, cpu, number, is_entry};
    if (is_entry)
        enter(cpu, number, number % VECTOR_COUNT);
    else
        leave(cpu, true);
}

static void step(struct random *random, uint32_t stack[CPUS][TRACE_DEPTH], uint32_t depth[CPUS])
{
    uint32_t cpu = random_below(random, CPUS);
    uint32_t level = depth[cpu] ? irql_of_vector(stack[cpu][depth[cpu] - 1] % VECTOR_COUNT) : IRQL_DISPATCH - 1;

    if (depth[cpu] && (level == IRQL_HIGH || random_below(random, 2))) {
        happen(cpu, stack[cpu][--depth[cpu]], false);
        return;
    }
    uint32_t vector = (level + 1) * VECTOR_ROW + random_below(random, (IRQL_HIGH - level) * VECTOR_ROW);
    uint32_t number = (1 + random_below(random, 100)) * VECTOR_COUNT + vector;
    stack[cpu][depth[cpu]++] = number;
    happen(cpu, number, true);
}

static bool is_same(const struct trace_event *event, const struct happening *one)
{
    return event->cycles == one->cycles && event->cpu == one->cpu && event->number == one->number &&
           event->kind == (one->is_entry ? TRACE_ENTRY : TRACE_EXIT);
}

// What is read back stands in the history, in its order; and no more is missing than what the rings could not keep, and
// the exits whose entries were among that.
static void all_processors_come_back_in_order_of_time(void **state)
{
    struct random random;
    struct trace_event event;
    uint32_t stack[CPUS][TRACE_DEPTH], depth[CPUS] = {0}, at = 0, found = 0;

    random_start(&random, 7);
    happened = 0;
    for (uint32_t i = 0; i < STEPS; i++)
        step(&random, stack, depth);
    for (uint32_t cpu = 0; cpu < CPUS; cpu++)
        open_from(cpu, 0);
    while (trace_merge_next(cursors, CPUS, &event)) {
        while (at < happened && !is_same(&event, &history[at]))
            at++;
        assert_true(at < happened);
        found++;
    }
    assert_in_range(found, CPUS * (KEPT - TRACE_DEPTH), CPUS * KEPT);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_exit_belongs_to_what_was_entered_last),
        TEST(an_exit_without_its_entry_is_passed_over),
        TEST(what_was_never_left_ends_when_its_level_is_entered_again),
        TEST(a_level_does_not_interrupt_itself),
        TEST(an_nmi_interrupts_every_level),
        TEST(a_route_is_one_event_of_two_records),
        TEST(half_a_route_is_none),
        TEST(the_other_events_say_what_they_are_about),
        TEST(what_makes_no_sense_is_passed_over),
        TEST(the_oldest_places_are_left_to_routines_that_still_run),
        TEST(reading_begins_where_it_is_told),
        TEST(time_never_runs_backwards_on_a_cpu),
        TEST(a_clock_that_is_ahead_is_set_back),
        TEST(all_processors_come_back_in_order_of_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
