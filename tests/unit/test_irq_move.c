// Moving live routes by hand and by policy, against a fake port and fake message sources.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/moved_device.c

#include "tests/fakes/moved_device.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

// ---- route
// -----------------------------------------------------------------------------------------------------------

static void a_message_that_is_allowed_where_it_is_stays_and_the_set_is_recorded(void **state)
{
    struct message *message = &moved.set->messages[5];

    moved_put(message, 1);
    uint32_t generation = message->generation;
    assert_int_equal(irq_route(message, moved_cpus(0x6)), RESULT_OK);
    assert_string_equal(moved.source.calls, "");
    moved_expect(message, 1);
    assert_int_equal(message->info.target_processor_set.mask, 0x6);
    assert_int_equal(message->generation, generation);
}

static void a_message_goes_to_the_emptiest_processor_of_the_set(void **state)
{
    struct message *message = &moved.set->messages[0];

    moved_put(message, 0);
    moved_fill(1, 20);
    moved_fill(2, 40);
    moved_fill(3, 30);
    uint32_t generation = message->generation;
    assert_int_equal(irq_route(message, moved_cpus(0xe)), RESULT_OK);
    moved_expect(message, 2);
    assert_int_equal(message->info.target_processor_set.mask, 0xe);
    assert_int_equal(message->generation, generation + 1);
}

static void sets_without_an_online_processor_are_refused(void **state)
{
    struct message *message = &moved.set->messages[0];
    struct group_affinity none[] = {{0, 0}, {0, 0x10}, {1, 1}, {UINT16_MAX, UINT64_MAX}};

    moved_put(message, 0);
    assert_int_equal(irq_cpu_offline(3, moved.refusal), RESULT_OK);
    moved.source.calls[0] = 0;
    for (uint32_t i = 0; i < ARRAY_COUNT(none); i++)
        assert_int_equal(irq_route(message, none[i]), RESULT_INVALID);
    assert_int_equal(irq_route(message, moved_cpus(0x8)), RESULT_INVALID);
    assert_int_equal(irq_route_cpu(message, 3), RESULT_INVALID);
    assert_int_equal(irq_route_cpu(message, MOVED_CPUS), RESULT_INVALID);
    assert_string_equal(moved.source.calls, "");
    moved_expect(message, 0);
    assert_int_equal(message->info.target_processor_set.mask, 0x1);
}

static void a_full_processor_gives_way_to_the_next_best(void **state)
{
    moved_put(&moved.set->messages[0], 0);
    moved_fill(1, 0);
    moved_fill(2, 0);
    assert_int_equal(irq_route(&moved.set->messages[0], moved_cpus(0x6)), RESULT_NO_VECTORS);
    moved_expect(&moved.set->messages[0], 0);
    moved_fill(3, 1);
    assert_int_equal(irq_route(&moved.set->messages[0], moved_cpus(0xe)), RESULT_OK);
    moved_expect(&moved.set->messages[0], 3);
}

static void a_block_passes_over_a_processor_with_many_vectors_and_no_block(void **state)
{
    moved_put(&moved.set->messages[0], 0);
    for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT; i += 4)
        assert_int_equal(vector_matrix_reserve_at(irq_vectors(), 1, VECTOR_DEVICE_FIRST + i, 1), RESULT_OK);
    moved_fill(2, 16);
    assert_int_equal(irq_route(&moved.set->messages[3], moved_cpus(0x6)), RESULT_OK);
    message_for_each (moved.set, message)
        moved_expect(message, 2);
}

static void a_processor_asked_for_is_the_only_one_allowed(void **state)
{
    moved_put(&moved.set->messages[2], 3);
    moved_expect(&moved.set->messages[2], 3);
    assert_int_equal(moved.set->messages[2].info.target_processor_set.mask, 0x8);
}

static void a_move_writes_and_unmasks_and_a_masked_message_stays_masked(void **state)
{
    moved_put(&moved.set->messages[1], 0);
    assert_int_equal(irq_route_cpu(&moved.set->messages[1], 2), RESULT_OK);
    assert_string_equal(moved.source.calls, "write(1) unmask(1)");
    assert_int_equal(irq_mask(&moved.set->messages[1], true), RESULT_OK);
    moved.source.calls[0] = 0;
    assert_int_equal(irq_route_cpu(&moved.set->messages[1], 3), RESULT_OK);
    assert_string_equal(moved.source.calls, "write(1)");
    assert_true(moved.set->messages[1].masked);
}

static void entries_beyond_the_grant_move_with_message_0(void **state)
{
    assert_int_equal(irq_disconnect(moved.set), RESULT_OK);
    moved.source.grant_limit = 6;
    moved_connect(MOVED_MESSAGES);
    moved_put(&moved.set->messages[0], 0);
    assert_int_equal(irq_route_cpu(&moved.set->messages[0], 2), RESULT_OK);
    assert_string_equal(moved.source.calls, "write(0) unmask(0) write(6) unmask(6) write(7) unmask(7)");
    for (uint32_t entry = 6; entry < MOVED_MESSAGES; entry++) {
        assert_int_equal(moved.source.words[entry].address.address, 0xfee02000);
        assert_int_equal(moved.source.words[entry].data, moved.set->messages[0].info.message_data);
    }
}

static void an_msi_block_moves_whole_by_one_write(void **state)
{
    moved_put(&moved.set->messages[0], 0);
    uint32_t vector = moved.set->messages[0].info.vector;
    assert_int_equal(irq_route_cpu(&moved.set->messages[5], 2), RESULT_OK);
    assert_string_equal(moved.source.calls, "write(0)");
    message_for_each (moved.set, message) {
        moved_expect(message, 2);
        assert_int_equal(message->info.vector, vector + message->index); // so that only the address had to change
    }
    assert_int_equal(moved_counts(0).free, VECTOR_DEVICE_COUNT);
    assert_int_equal(moved_counts(2).allocated, MOVED_MESSAGES);
}

static void an_unmaskable_block_whose_vectors_are_taken_gets_some_that_are_free_on_both(void **state)
{
    moved_put(&moved.set->messages[0], 0);
    uint32_t vector = moved.set->messages[0].info.vector;
    assert_int_equal(vector_matrix_reserve_at(irq_vectors(), 2, vector + 3, 1), RESULT_OK);
    assert_int_equal(irq_route_cpu(&moved.set->messages[0], 2), RESULT_OK);
    message_for_each (moved.set, message) {
        moved_expect(message, 2);
        assert_null(fake_host.slots[0][message->info.vector]);
        assert_int_not_equal(message->info.vector, vector + message->index);
    }
    assert_int_equal(moved_counts(0).free, VECTOR_DEVICE_COUNT);
}

// ---- policies
// --------------------------------------------------------------------------------------------------------

static void one_close_processor_takes_them_all(void **state)
{
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_ONE_CLOSE_PROCESSOR), RESULT_OK);
    uint32_t cpu = moved.set->messages[0].cpu;
    assert_int_equal(cpu_get(cpu)->node, 1);
    message_for_each (moved.set, message) {
        moved_expect(message, cpu);
        assert_int_equal(message->info.target_processor_set.mask, 1u << cpu);
    }
    assert_int_equal(moved.set->policy, IRQ_POLICY_ONE_CLOSE_PROCESSOR);
}

static void all_close_processors_share_them_and_no_other_gets_one(void **state)
{
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_ALL_CLOSE_PROCESSORS), RESULT_OK);
    message_for_each (moved.set, message)
        assert_int_equal(message->info.target_processor_set.mask, 0xc);
    assert_int_equal(moved_counts(2).allocated, MOVED_MESSAGES / 2);
    assert_int_equal(moved_counts(3).allocated, MOVED_MESSAGES / 2);
}

static void assert_spread(void)
{
    for (uint32_t cpu = 0; cpu < MOVED_CPUS; cpu++)
        assert_int_equal(moved_counts(cpu).allocated, MOVED_MESSAGES / MOVED_CPUS);
    message_for_each (moved.set, message)
        assert_int_equal(message->info.target_processor_set.mask, 0xf);
}

static void messages_that_are_spread_already_stay(void **state)
{
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_SPREAD_MESSAGES), RESULT_OK);
    assert_spread();
    assert_string_equal(moved.source.calls, "");
}

static void messages_of_one_processor_are_spread_again(void **state)
{
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_ONE_CLOSE_PROCESSOR), RESULT_OK);
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_SPREAD_MESSAGES), RESULT_OK);
    assert_spread();
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_ONE_CLOSE_PROCESSOR), RESULT_OK);
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_ALL_PROCESSORS), RESULT_OK);
    assert_spread();
}

static void the_default_policy_is_the_machines_and_specified_is_not_set_this_way(void **state)
{
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_ONE_CLOSE_PROCESSOR), RESULT_OK);
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_SPECIFIED_PROCESSORS), RESULT_INVALID);
    assert_int_equal(moved.set->policy, IRQ_POLICY_ONE_CLOSE_PROCESSOR);
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_MACHINE_DEFAULT), RESULT_OK);
    assert_int_equal(moved.set->policy, IRQ_POLICY_SPREAD_MESSAGES);
    assert_spread();
}

static void a_block_follows_its_policy_as_one(void **state)
{
    assert_int_equal(irq_policy_set(moved.set, IRQ_POLICY_ALL_CLOSE_PROCESSORS), RESULT_OK);
    uint32_t cpu = moved.set->messages[0].cpu;
    assert_int_equal(cpu_get(cpu)->node, 1);
    message_for_each (moved.set, message) {
        moved_expect(message, cpu);
        assert_int_equal(message->info.target_processor_set.mask, 0xc);
    }
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, moved_setup, moved_teardown)
#define BLOCK_TEST(f) cmocka_unit_test_setup_teardown(f, moved_setup_msi, moved_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(a_message_that_is_allowed_where_it_is_stays_and_the_set_is_recorded),
        TABLE_TEST(a_message_goes_to_the_emptiest_processor_of_the_set),
        TABLE_TEST(sets_without_an_online_processor_are_refused),
        TABLE_TEST(a_full_processor_gives_way_to_the_next_best),
        BLOCK_TEST(a_block_passes_over_a_processor_with_many_vectors_and_no_block),
        TABLE_TEST(a_processor_asked_for_is_the_only_one_allowed),
        TABLE_TEST(a_move_writes_and_unmasks_and_a_masked_message_stays_masked),
        TABLE_TEST(entries_beyond_the_grant_move_with_message_0),
        BLOCK_TEST(an_msi_block_moves_whole_by_one_write),
        BLOCK_TEST(an_unmaskable_block_whose_vectors_are_taken_gets_some_that_are_free_on_both),
        TABLE_TEST(one_close_processor_takes_them_all),
        TABLE_TEST(all_close_processors_share_them_and_no_other_gets_one),
        TABLE_TEST(messages_that_are_spread_already_stay),
        TABLE_TEST(messages_of_one_processor_are_spread_again),
        TABLE_TEST(the_default_policy_is_the_machines_and_specified_is_not_set_this_way),
        BLOCK_TEST(a_block_follows_its_policy_as_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
