// What the core tells a trace of its routes, and when.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/moved_device.c

#include "kernel/trace/trace.h"
#include "kernel/trace/trace_reader.h"
#include "tests/fakes/moved_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { PLACES = 256 };

static struct trace_record memory[PLACES];
static struct trace_cursor cursor;
static struct message_source_operations watched;
static const struct message_source_operations *unwatched;
static uint64_t position_at_write; // of the ring, when the hardware was written

static enum result watched_write(struct message_source *source, uint32_t index, struct message_words words)
{
    position_at_write = fake_host.rings[0].position;
    return unwatched->write(source, index, words);
}

static void recording_begin(void)
{
    fake_host.rings[0] = (struct trace_ring){.mask = sizeof(memory) - 1, .records = memory};
    trace_switch(true);
    cursor.depth = 0;
    unwatched = moved.source.source.operations;
    watched = *unwatched;
    watched.write = watched_write;
    moved.source.source.operations = &watched;
}

static int set_up(void **state)
{
    moved_setup(state);
    recording_begin();
    return 0;
}

static int set_up_msi(void **state)
{
    moved_setup_msi(state);
    recording_begin();
    return 0;
}

static int tear_down(void **state)
{
    trace_switch(false);
    return moved_teardown(state);
}

static void read_from_start(void)
{
    trace_cursor_open(&cursor, &fake_host.rings[0], 0, fake_host.rings[0].position);
}

static void expect(enum trace_kind kind, const struct message *message, uint32_t old_place, uint32_t new_place)
{
    struct trace_event event;

    assert_true(trace_cursor_next(&cursor, &event));
    assert_int_equal(event.kind, kind);
    assert_int_equal(event.number, message->number);
    assert_int_equal(event.old_place, old_place);
    assert_int_equal(event.new_place, new_place);
}

static void expect_end(void)
{
    struct trace_event event;

    assert_false(trace_cursor_next(&cursor, &event));
}

static uint32_t place_of(const struct message *message)
{
    return trace_place(message->cpu, message->info.vector);
}

static void nothing_is_told_while_nothing_is_recorded(void **state)
{
    trace_switch(false);
    assert_int_equal(irq_route_cpu(&moved.set->messages[3], 0), RESULT_OK);
    assert_int_equal(irq_mask(&moved.set->messages[3], true), RESULT_OK);
    assert_int_equal(fake_host.rings[0].position, 0);
}

static void a_move_is_told_before_the_hardware_is_written_and_after_the_old_cpu_drained(void **state)
{
    struct message *message = &moved.set->messages[3];
    uint32_t target = message->cpu ? 0 : 1, old = place_of(message);

    assert_int_equal(irq_route_cpu(message, target), RESULT_OK);
    read_from_start();
    expect(TRACE_RETARGET, message, old, place_of(message));
    assert_int_equal(position_at_write, cursor.position);
    expect(TRACE_DRAIN, message, old, place_of(message));
    expect_end();
}

static void a_place_that_does_not_drain_is_told_when_it_has(void **state)
{
    struct message *message = &moved.set->messages[3];
    uint32_t target = message->cpu ? 0 : 1, old = place_of(message);

    moved_ipis_arrive(false);
    assert_int_equal(irq_route_cpu(message, target), RESULT_TIMEOUT);
    read_from_start();
    expect(TRACE_RETARGET, message, old, place_of(message));
    expect_end();
    moved_ipis_arrive(true);
    assert_int_equal(irq_route_cpu(message, target), RESULT_OK);
    read_from_start();
    expect(TRACE_RETARGET, message, old, place_of(message));
    expect(TRACE_DRAIN, message, old, place_of(message));
    expect_end();
}

static void a_move_that_the_hardware_refuses_is_told_both_ways(void **state)
{
    struct message *message = &moved.set->messages[3];
    uint32_t target = message->cpu ? 0 : 1, old = place_of(message);
    struct trace_event event;

    moved.refusals = 1;
    assert_int_equal(irq_route_cpu(message, target), RESULT_MISMATCH);
    assert_int_equal(place_of(message), old);
    read_from_start();
    assert_true(trace_cursor_next(&cursor, &event));
    assert_int_equal(event.old_place, old);
    expect(TRACE_RETARGET, message, event.new_place, old);
    expect(TRACE_DRAIN, message, event.new_place, old);
    expect_end();
}

// The first vectors are taken on the other CPU, so data and address change one after the other.
static void a_block_that_cannot_be_masked_goes_by_the_place_between(void **state)
{
    struct message *first = moved.set->messages;
    uint32_t from = first->cpu, target = from ? 0 : 1, old[MOVED_MESSAGES];

    assert_int_equal(vector_matrix_reserve_at(irq_vectors(), target, first->info.vector, MOVED_MESSAGES), RESULT_OK);
    for (uint32_t i = 0; i < MOVED_MESSAGES; i++)
        old[i] = place_of(&first[i]);
    assert_int_equal(irq_route_cpu(first, target), RESULT_OK);
    read_from_start();
    for (uint32_t i = 0; i < MOVED_MESSAGES; i++) {
        uint32_t between = trace_place(from, first[i].info.vector);
        expect(TRACE_RETARGET, &first[i], old[i], between);
        expect(TRACE_RETARGET, &first[i], between, place_of(&first[i]));
    }
    for (uint32_t i = 0; i < MOVED_MESSAGES; i++) {
        expect(TRACE_DRAIN, &first[i], old[i], place_of(&first[i]));
        expect(TRACE_DRAIN, &first[i], trace_place(from, first[i].info.vector), place_of(&first[i]));
    }
    expect_end();
}

static void connecting_and_disconnecting_are_told_for_each_message(void **state)
{
    struct message before[MOVED_MESSAGES];

    memcpy(before, moved.set->messages, sizeof(before));
    assert_int_equal(irq_disconnect(moved.set), RESULT_OK);
    moved_connect(2);
    read_from_start();
    for (uint32_t i = 0; i < MOVED_MESSAGES; i++)
        expect(TRACE_DISCONNECT, &before[i], place_of(&before[i]), TRACE_PLACE_NONE);
    for (uint32_t i = 0; i < 2; i++)
        expect(TRACE_CONNECT, &moved.set->messages[i], TRACE_PLACE_NONE, place_of(&moved.set->messages[i]));
    expect_end();
}

static void expect_mask(uint32_t index, bool masked)
{
    struct trace_event event;

    assert_true(trace_cursor_next(&cursor, &event));
    assert_int_equal(event.kind, TRACE_MASK);
    assert_int_equal(event.number, moved.set->messages[index].number);
    assert_int_equal(event.detail, masked);
}

static void masks_are_told_when_they_have_changed(void **state)
{
    assert_int_equal(irq_mask(&moved.set->messages[2], true), RESULT_OK);
    assert_int_equal(irq_mask(&moved.set->messages[2], false), RESULT_OK);
    read_from_start();
    expect_mask(2, true);
    expect_mask(2, false);
    expect_end();
}

static void a_mask_that_the_hardware_has_not_is_not_told(void **state)
{
    assert_int_equal(irq_mask(&moved.set->messages[2], true), RESULT_UNSUPPORTED);
    read_from_start();
    expect_end();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_told_while_nothing_is_recorded),
        TEST(a_move_is_told_before_the_hardware_is_written_and_after_the_old_cpu_drained),
        TEST(a_place_that_does_not_drain_is_told_when_it_has),
        TEST(a_move_that_the_hardware_refuses_is_told_both_ways),
        cmocka_unit_test_setup_teardown(a_block_that_cannot_be_masked_goes_by_the_place_between, set_up_msi, tear_down),
        TEST(connecting_and_disconnecting_are_told_for_each_message),
        TEST(masks_are_told_when_they_have_changed),
        cmocka_unit_test_setup_teardown(a_mask_that_the_hardware_has_not_is_not_told, set_up_msi, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
