// Shared lines: who is asked, what a stuck line comes to, and how the records stay together.
// sources: arch/apic/line_share.c tests/fakes/line_source.c tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c

#include "kernel/core/beside.h"
#include "kernel/core/host.h"
#include "kernel/core/route.h"
#include "kernel/runtime/log.h"
#include "kernel/trace/trace.h"
#include "tests/fakes/host.h"
#include "tests/fakes/line_source.h"
#include "tests/fakes/message_source.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SHARER_COUNT = 3, GSI = 22, CPU = 1, VECTOR = 0x51, OTHER_CPU = 2, OTHER_VECTOR = 0x91 };

static struct sharer {
    struct device device;
    struct fake_source source;
    struct line_member member;
    uint32_t asked;
    uint32_t causes; // answered one a call
} sharers[SHARER_COUNT];

static char text[1024];
static struct output_buffer console;

static bool sharer_routine(const struct interrupt *self)
{
    struct sharer *sharer = self->context;

    sharer->asked++;
    if (sharer->causes == 0)
        return false;
    sharer->causes--;
    return true;
}

static struct message *message_of(uint32_t index)
{
    return message_find(&sharers[index].device.irq, 0);
}

// As connecting does it, up to the hardware.
static void join_at(uint32_t index, uint32_t cpu, uint32_t vector)
{
    struct message *message = message_of(index);
    struct group_affinity allowed = {0, BIT(cpu)};

    struct message *other = line_share_neighbour(&sharers[index].member);

    assert_int_equal(route_assign(message, cpu, vector, allowed), RESULT_OK);
    if (other && !message->beside)
        beside_join(message, other);
}

static void leave(uint32_t index)
{
    struct message_set *set = sharers[index].device.irq.messages;

    (void)beside_leave(set->messages);
    message_set_remove(set);
    message_set_free(set);
}

static void sharer_start(uint32_t index, enum interrupt_mode mode)
{
    struct sharer *sharer = &sharers[index];

    memset(sharer, 0, sizeof(*sharer));
    sharer->device.address.device = (uint8_t)(6 + index);
    sharer->device.irq.name = pci_address_format(sharer->device.address, sharer->device.name);
    fake_source_start(&sharer->source, &sharer->device, MESSAGE_LINE, 1);
    sharer->source.is_open = true;
    // A line's mode never changes, so each mode has a line of its own.
    fake_line_start(&sharer->source, &sharer->member, GSI + (mode == INTERRUPT_LATCHED), mode);
    struct message_set *set = message_set_create(&sharer->device.irq, &sharer->source.source, 1);
    for (uint32_t i = 0; i < ARRAY_COUNT(set->messages[0].objects); i++)
        set->messages[0].objects[i] =
            (struct interrupt){.routine = sharer_routine, .context = sharer, .message = set->messages, .name = "edu"};
}

static void start_all(enum interrupt_mode mode)
{
    fake_host_reset();
    output_buffer_start(&console, text, sizeof(text));
    log_show(&console.output, LOG_ERROR);
    output_buffer_start(&console, text, sizeof(text));
    for (uint32_t i = 0; i < SHARER_COUNT; i++)
        sharer_start(i, mode);
}

static int set_up(void **state)
{
    start_all(INTERRUPT_LEVEL_SENSITIVE);
    return 0;
}

static int tear_down(void **state)
{
    for (uint32_t i = 0; i < SHARER_COUNT; i++)
        if (sharers[i].device.irq.messages)
            leave(i);
    return 0;
}

static void every_device_on_the_line_is_asked(void **state)
{
    join_at(0, CPU, VECTOR);
    join_at(1, CPU, VECTOR);
    sharers[1].causes = 1;
    assert_true(fake_host_deliver(CPU, VECTOR));
    assert_int_equal(sharers[0].asked, 1);
    assert_int_equal(sharers[1].asked, 1);
    assert_int_equal(sharers[1].causes, 0);
    assert_int_equal(sharers[2].asked, 0);
}

static void a_level_is_asked_about_once_an_edge_until_nobody_answers(void **state)
{
    join_at(0, CPU, VECTOR);
    sharers[0].causes = 3;
    fake_host_deliver(CPU, VECTOR);
    assert_int_equal(sharers[0].asked, 1);
    tear_down(state);
    start_all(INTERRUPT_LATCHED);
    join_at(0, CPU, VECTOR);
    join_at(1, CPU, VECTOR);
    sharers[0].causes = 3;
    fake_host_deliver(CPU, VECTOR);
    assert_int_equal(sharers[0].causes, 0);
    assert_int_equal(sharers[1].asked, 4);
}

static void a_device_that_answers_for_ever_on_an_edge_does_not_hold_the_processor(void **state)
{
    tear_down(state);
    start_all(INTERRUPT_LATCHED);
    join_at(0, CPU, VECTOR);
    sharers[0].causes = 1000;
    fake_host_deliver(CPU, VECTOR);
    assert_true(sharers[0].asked <= 32);
}

static void the_second_device_finds_the_place_of_the_first(void **state)
{
    assert_null(line_share_neighbour(&sharers[0].member));
    join_at(0, CPU, VECTOR);
    assert_null(line_share_neighbour(&sharers[0].member));
    assert_ptr_equal(line_share_neighbour(&sharers[1].member), message_of(0));
    join_at(1, CPU, VECTOR);
    assert_ptr_equal(fake_host.slots[CPU][VECTOR], message_of(0)->published);
    assert_ptr_equal(message_of(1)->published, message_of(0)->published);
    assert_int_equal(fake_host.slots[CPU][VECTOR]->irql, VECTOR >> 4);
}

static void one_that_leaves_is_not_asked_again_and_the_last_one_is_told(void **state)
{
    join_at(0, CPU, VECTOR);
    join_at(1, CPU, VECTOR);
    join_at(2, CPU, VECTOR);
    assert_false(beside_leave(message_of(1)));
    fake_host_deliver(CPU, VECTOR);
    assert_int_equal(sharers[0].asked, 1);
    assert_int_equal(sharers[1].asked, 0);
    assert_int_equal(sharers[2].asked, 1);
    assert_false(beside_leave(message_of(0)));
    assert_true(beside_leave(message_of(2)));
    assert_true(beside_leave(message_of(2)));
}

static void a_message_that_is_alone_has_nobody_beside_it(void **state)
{
    join_at(0, CPU, VECTOR);
    assert_null(message_of(0)->beside);
    assert_ptr_equal(beside_writer(message_of(0)), message_of(0));
    beside_follow(message_of(0));
    assert_true(beside_leave(message_of(0)));
}

static void a_ring_of_three_closes_when_one_leaves(void **state)
{
    join_at(0, CPU, VECTOR);
    join_at(1, CPU, VECTOR);
    join_at(2, CPU, VECTOR);
    assert_false(beside_leave(message_of(2)));
    assert_ptr_equal(message_of(0)->beside, message_of(1));
    assert_ptr_equal(message_of(1)->beside, message_of(0));
    assert_null(message_of(2)->beside);
    message_of(0)->set->is_inactive = true;
    assert_ptr_equal(beside_writer(message_of(0)), message_of(1));
}

static void deliver(uint32_t times)
{
    while (times--)
        fake_host_deliver(CPU, VECTOR);
}

static void a_line_nobody_answers_is_masked_and_named_with_its_devices(void **state)
{
    fake_host.step = 1000;
    join_at(0, CPU, VECTOR);
    join_at(1, CPU, VECTOR);
    sharers[0].source.masked[0] = sharers[1].source.masked[0] = false;
    deliver(LINE_SHARE_UNANSWERED_LIMIT - 1);
    assert_false(sharers[0].source.masked[0] || sharers[1].source.masked[0]);
    deliver(1);
    assert_true(sharers[0].source.masked[0] || sharers[1].source.masked[0]);
    assert_non_null(strstr(text, "gsi 22: 1000 interrupts"));
    assert_non_null(strstr(text, "0000:00:06.0"));
    assert_non_null(strstr(text, "0000:00:07.0"));
}

static void one_answer_begins_the_count_anew(void **state)
{
    join_at(0, CPU, VECTOR);
    sharers[0].source.masked[0] = false;
    for (uint32_t i = 0; i < 3; i++) {
        deliver(LINE_SHARE_UNANSWERED_LIMIT - 1);
        sharers[0].causes = 1;
        deliver(1);
    }
    assert_false(sharers[0].source.masked[0]);
}

static void unanswered_interrupts_far_apart_are_no_storm(void **state)
{
    fake_host.step = LINE_SHARE_STUCK_TIME + 1;
    join_at(0, CPU, VECTOR);
    sharers[0].source.masked[0] = false;
    deliver(3 * LINE_SHARE_UNANSWERED_LIMIT);
    assert_false(sharers[0].source.masked[0]);
    assert_int_equal(console.length, 0);
}

static void a_mask_is_the_whole_lines_and_so_all_records_say(void **state)
{
    join_at(0, CPU, VECTOR);
    join_at(1, CPU, VECTOR);
    message_of(0)->masked = message_of(1)->masked = message_of(2)->masked = false;
    line_share_note_mask(&sharers[0].member, true);
    assert_true(message_of(0)->masked && message_of(1)->masked);
    assert_false(message_of(2)->masked);
    line_share_note_mask(&sharers[1].member, false);
    assert_false(message_of(0)->masked || message_of(1)->masked);
}

static void records_of_the_others_follow_a_move_and_keep_their_counts(void **state)
{
    join_at(0, CPU, VECTOR);
    deliver(5);
    join_at(1, CPU, VECTOR);
    deliver(7);
    join_at(0, OTHER_CPU, OTHER_VECTOR);
    const struct interrupt *published = fake_host.slots[OTHER_CPU][OTHER_VECTOR];
    assert_ptr_not_equal(published, fake_host.slots[CPU][VECTOR]);
    assert_int_equal(published->irql, OTHER_VECTOR >> 4);
    assert_int_equal(fake_host.slots[CPU][VECTOR]->irql, VECTOR >> 4);
    fake_host_deliver(OTHER_CPU, OTHER_VECTOR);
    beside_follow(message_of(0));
    assert_int_equal(message_of(1)->cpu, OTHER_CPU);
    assert_int_equal(message_of(1)->info.vector, OTHER_VECTOR);
    assert_int_equal(message_of(1)->info.target_processor_set.mask, BIT(OTHER_CPU));
    assert_int_equal(message_of(1)->generation, 1);
    assert_int_equal(message_count_all(message_of(1)), 8);
    assert_int_equal(message_count_on(message_of(1), CPU), 7);
}

static void a_mask_and_a_move_are_told_for_every_device(void **state)
{
    struct trace_record records[16];
    const uint32_t old = trace_place(CPU, VECTOR), new = trace_place(OTHER_CPU, OTHER_VECTOR);

    fake_host.rings[0] = (struct trace_ring){.mask = sizeof(records) - 1, .records = records};
    join_at(0, CPU, VECTOR);
    join_at(1, CPU, VECTOR);
    trace_switch(true);
    line_share_note_mask(&sharers[0].member, true);
    join_at(0, OTHER_CPU, OTHER_VECTOR);
    beside_follow(message_of(0));
    trace_switch(false);
    const struct trace_record wanted[] = {
        {0, message_of(1)->number, trace_word(TRACE_MASK, 1)},
        {0, message_of(0)->number, trace_word(TRACE_MASK, 1)},
        {0, message_of(1)->number, trace_word(TRACE_RETARGET, 0)},
        {(uint64_t) new << 32 | old, 0, trace_word(TRACE_PLACES, 0)},
        {0, message_of(1)->number, trace_word(TRACE_DRAIN, 0)},
        {(uint64_t) new << 32 | old, 0, trace_word(TRACE_PLACES, 0)},
    };
    assert_int_equal(fake_host.rings[0].position, sizeof(wanted));
    for (uint32_t i = 0; i < ARRAY_COUNT(wanted); i++) {
        assert_int_equal(records[i].word, wanted[i].word);
        assert_int_equal(records[i].number, wanted[i].number);
        if (wanted[i].cycles)
            assert_int_equal(records[i].cycles, wanted[i].cycles);
    }
}

// The tallies are as long as the machine has groups.
static int processors_found(void **state)
{
    return cpu_table_create(OTHER_CPU + 1) == RESULT_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_device_on_the_line_is_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_level_is_asked_about_once_an_edge_until_nobody_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_device_that_answers_for_ever_on_an_edge_does_not_hold_the_processor, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_second_device_finds_the_place_of_the_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_leaves_is_not_asked_again_and_the_last_one_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_that_is_alone_has_nobody_beside_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_ring_of_three_closes_when_one_leaves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_nobody_answers_is_masked_and_named_with_its_devices, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_answer_begins_the_count_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unanswered_interrupts_far_apart_are_no_storm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mask_is_the_whole_lines_and_so_all_records_say, set_up, tear_down),
        cmocka_unit_test_setup_teardown(records_of_the_others_follow_a_move_and_keep_their_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mask_and_a_move_are_told_for_every_device, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, processors_found, NULL);
}
