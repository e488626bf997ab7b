// Taking a processor out of service and back, against a fake port and fake message sources.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/moved_device.c

#include "tests/fakes/moved_device.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

// ---- offline and online
// -------------------------------------------------------------------------------------------------

static void a_processor_that_cannot_go_is_named_with_the_reason(void **state)
{
    assert_int_equal(irq_cpu_offline(0, moved.refusal), RESULT_INVALID);
    assert_string_equal(moved.refusal, "cpu 0 runs the console");
    assert_int_equal(irq_cpu_offline(9, moved.refusal), RESULT_INVALID);
    assert_string_equal(moved.refusal, "cpu 9 is not online");
    cpu_state_set(3, CPU_DEAD);
    assert_int_equal(irq_cpu_offline(3, moved.refusal), RESULT_INVALID);
    assert_string_equal(moved.refusal, "cpu 3 is not online");
    assert_string_equal(moved.source.calls, "");
}

static void messages_that_may_live_nowhere_else_keep_their_processor(void **state)
{
    moved_put(&moved.set->messages[0], 2);
    moved_put(&moved.set->messages[4], 2);
    assert_int_equal(irq_cpu_offline(2, moved.refusal), RESULT_BUSY);
    assert_string_equal(moved.refusal, "2 of the 4 messages on cpu 2 may live on no other online cpu");
    assert_string_equal(moved.source.calls, "");
    assert_true(vector_matrix_is_open(irq_vectors(), 2));
    assert_int_equal(cpu_get(2)->state, CPU_ONLINE);
}

static void without_room_elsewhere_a_processor_stays_and_the_numbers_say_so(void **state)
{
    moved_fill(0, 0);
    moved_fill(1, 0);
    moved_fill(3, 1);
    assert_int_equal(moved_counts(2).allocated, 2);
    assert_int_equal(irq_cpu_offline(2, moved.refusal), RESULT_NO_VECTORS);
    assert_string_equal(moved.refusal, "2 messages on cpu 2, 1 vectors free on the others");
    assert_string_equal(moved.source.calls, "");
    assert_true(vector_matrix_is_open(irq_vectors(), 2));
}

static void a_processor_goes_when_all_its_messages_have_left(void **state)
{
    assert_int_equal(irq_cpu_offline(2, moved.refusal), RESULT_OK);
    assert_string_equal(moved.refusal, "");
    assert_int_equal(cpu_get(2)->state, CPU_OFFLINE);
    assert_true(fake_host.stopped[2]);
    assert_false(vector_matrix_is_open(irq_vectors(), 2));
    assert_int_equal(moved_counts(2).free, VECTOR_DEVICE_COUNT);
    message_for_each (moved.set, message) {
        assert_int_not_equal(message->cpu, 2);
        moved_expect(message, message->cpu);
        assert_int_equal(message->info.target_processor_set.mask, 0xf); // what was asked for stays
    }
}

static void a_block_leaves_its_processor_as_one(void **state)
{
    moved_put(&moved.set->messages[0], 2);
    assert_int_equal(irq_route(&moved.set->messages[0], moved_cpus(0xf)), RESULT_OK);
    assert_int_equal(irq_cpu_offline(2, moved.refusal), RESULT_OK);
    assert_string_equal(moved.source.calls, "write(0)");
    assert_int_equal(moved_counts(2).free, VECTOR_DEVICE_COUNT);
}

static void a_move_that_fails_leaves_the_processor_online(void **state)
{
    moved.refusals = 1;
    assert_int_equal(irq_cpu_offline(2, moved.refusal), RESULT_MISMATCH);
    assert_string_equal(moved.refusal, "a message could not leave cpu 2: mismatch");
    assert_int_equal(cpu_get(2)->state, CPU_ONLINE);
    assert_true(vector_matrix_is_open(irq_vectors(), 2));
    assert_false(fake_host.stopped[2]);
    message_for_each (moved.set, message)
        moved_expect(message, message->cpu);
}

static void a_processor_that_does_not_stop_is_open_again_if_it_was(void **state)
{
    fake_host.stop_result = RESULT_TIMEOUT;
    assert_int_equal(irq_cpu_offline(2, moved.refusal), RESULT_TIMEOUT);
    assert_string_equal(moved.refusal, "cpu 2 did not stop: timeout");
    assert_true(vector_matrix_is_open(irq_vectors(), 2));
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_ONE_CLOSE_PROCESSOR), RESULT_OK);
    uint32_t empty = 5 - moved.set->messages[0].cpu;
    vector_matrix_close(irq_vectors(), empty); // as one that no message can reach
    assert_int_equal(irq_cpu_offline(empty, moved.refusal), RESULT_TIMEOUT);
    assert_false(vector_matrix_is_open(irq_vectors(), empty));
}

static void a_processor_that_still_holds_an_old_place_stays(void **state)
{
    struct message *message = &moved.set->messages[0];

    moved_put(message, 2);
    moved_ipis_arrive(false);
    assert_int_equal(irq_route_cpu(message, 1), RESULT_TIMEOUT);
    for (uint32_t i = 1; i < MOVED_MESSAGES; i++)
        moved.set->messages[i].info.target_processor_set = moved_cpus(0xf);
    assert_int_equal(irq_cpu_offline(2, moved.refusal), RESULT_BUSY);
    assert_string_equal(moved.refusal, "a message could not leave cpu 2: busy");
    assert_false(fake_host.stopped[2]);
    moved_ipis_arrive(true);
    assert_int_equal(irq_cpu_offline(2, moved.refusal), RESULT_OK);
    assert_int_equal(moved_counts(2).free, VECTOR_DEVICE_COUNT);
    moved_expect(message, 1);
}

static void a_processor_that_comes_back_takes_messages_again(void **state)
{
    assert_int_equal(irq_cpu_online(2), RESULT_INVALID);
    assert_int_equal(irq_cpu_online(MOVED_CPUS), RESULT_INVALID);
    assert_int_equal(irq_cpu_offline(2, moved.refusal), RESULT_OK);
    fake_host.start_result = RESULT_TIMEOUT;
    assert_int_equal(irq_cpu_online(2), RESULT_TIMEOUT);
    assert_int_equal(cpu_get(2)->state, CPU_OFFLINE);
    fake_host.start_result = RESULT_OK;
    assert_int_equal(irq_cpu_online(2), RESULT_OK);
    assert_int_equal(cpu_get(2)->state, CPU_ONLINE);
    assert_int_equal(moved_counts(2).allocated, 0);
    assert_int_equal(irq_route_cpu(&moved.set->messages[0], 2), RESULT_OK);
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, moved_setup, moved_teardown)
#define BLOCK_TEST(f) cmocka_unit_test_setup_teardown(f, moved_setup_msi, moved_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(a_processor_that_cannot_go_is_named_with_the_reason),
        TABLE_TEST(messages_that_may_live_nowhere_else_keep_their_processor),
        TABLE_TEST(without_room_elsewhere_a_processor_stays_and_the_numbers_say_so),
        TABLE_TEST(a_processor_goes_when_all_its_messages_have_left),
        BLOCK_TEST(a_block_leaves_its_processor_as_one),
        TABLE_TEST(a_move_that_fails_leaves_the_processor_online),
        TABLE_TEST(a_processor_that_does_not_stop_is_open_again_if_it_was),
        TABLE_TEST(a_processor_that_still_holds_an_old_place_stays),
        TABLE_TEST(a_processor_that_comes_back_takes_messages_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
