// Moves that go wrong half-way, and counts that survive moves, against a fake port and fake message sources.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/moved_device.c

#include "tests/fakes/heap.h"
#include "tests/fakes/moved_device.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

// ---- what goes wrong
// ------------------------------------------------------------------------------------------------------

static void hardware_that_refuses_a_write_keeps_the_message_where_it_was(void **state)
{
    struct message *message = &moved.set->messages[3];

    moved_put(message, 1);
    assert_int_equal(irq_route(message, moved_cpus(0x3)), RESULT_OK);
    struct message_info_entry before = message->info;
    uint32_t generation = message->generation;
    moved.refusals = 1;
    assert_int_equal(irq_route_cpu(message, 2), RESULT_MISMATCH);
    assert_string_equal(moved.source.calls, "write(3) write(3) unmask(3)");
    moved_expect(message, 1);
    assert_memory_equal(&message->info, &before, sizeof(before));
    assert_int_equal(message->generation, generation);
    for (uint32_t vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++)
        assert_true(!fake_host.slots[2][vector] || fake_host.slots[2][vector]->message != message);
    assert_int_equal(moved_counts(2).reserved, 0);
    assert_int_equal(irq_route_cpu(message, 2), RESULT_OK);
    moved_expect(message, 2);
}

static void a_block_that_is_refused_is_where_it_was(void **state)
{
    moved_put(&moved.set->messages[0], 1);
    assert_int_equal(vector_matrix_reserve_at(irq_vectors(), 2, moved.set->messages[0].info.vector, 1), RESULT_OK);
    moved.refusals = 1;
    assert_int_equal(irq_route_cpu(&moved.set->messages[0], 2), RESULT_MISMATCH);
    message_for_each (moved.set, message)
        moved_expect(message, 1);
    assert_int_equal(moved_counts(1).allocated, MOVED_MESSAGES);
    assert_int_equal(moved_counts(1).free, VECTOR_DEVICE_COUNT - MOVED_MESSAGES);
    assert_int_equal(moved_counts(2).free, VECTOR_DEVICE_COUNT - 1);
}

// What has left by the new words before they were taken back is served there first.
static void new_places_of_a_refused_move_stay_until_they_have_drained(void **state)
{
    struct message *message = &moved.set->messages[3];

    moved_put(message, 1);
    moved_ipis_arrive(false);
    moved.refusals = 1;
    assert_int_equal(irq_route_cpu(message, 2), RESULT_MISMATCH);
    assert_int_equal(message->cpu, 1);
    assert_int_equal(message->old_count, 1);
    assert_int_equal(moved_counts(2).draining, 1);
    assert_true(fake_host_deliver(2, message->old[0].vector));
    assert_int_equal(message_count_on(message, 2), 1);
    assert_int_equal(irq_route_cpu(message, 3), RESULT_BUSY);
    moved_ipis_arrive(true);
    assert_int_equal(irq_route_cpu(message, 3), RESULT_OK);
    moved_expect(message, 3);
    assert_int_equal(message_count_on(message, 2), 1);
}

static struct message_route late; // where a message is still on its way to
static bool has_come, was_served;

static void late_message_comes(void)
{
    has_come = true;
    was_served = fake_host_deliver(late.cpu, late.vector);
}

// It is accepted after the drain interrupt that was sent behind it, and before the next one.
static void deliver_drain_first(uint32_t cpu, uint32_t vector)
{
    if (vector == VECTOR_DRAIN && cpu == late.cpu && fake_host.counts[cpu][vector] && !has_come)
        late_message_comes();
    fake_host_deliver(cpu, vector);
}

static void a_message_accepted_after_the_first_drain_interrupt_is_served_and_counted(void **state)
{
    struct message *message = &moved.set->messages[6];

    moved_put(message, 1);
    late = message_route_of(message);
    has_come = false;
    fake_host.counts[1][VECTOR_DRAIN] = 0;
    fake_host.on_ipi = deliver_drain_first;
    assert_int_equal(irq_route_cpu(message, 2), RESULT_OK);
    if (!has_come)
        late_message_comes();
    assert_true(was_served);
    assert_int_equal(message_count_on(message, 1), 1);
    moved_expect(message, 2);
}

static void a_processor_that_does_not_drain_keeps_the_old_slot_alive(void **state)
{
    struct message *message = &moved.set->messages[6];

    moved_put(message, 1);
    uint32_t old = message->info.vector, allocated = moved_counts(1).allocated;
    moved_ipis_arrive(false);
    assert_int_equal(irq_route_cpu(message, 2), RESULT_TIMEOUT);
    assert_int_equal(message->cpu, 2);
    assert_true(fake_host_deliver(1, old));
    assert_int_equal(message_count_on(message, 1), 1);
    assert_int_equal(moved_counts(1).draining, 1);
    assert_int_equal(moved_counts(1).allocated, allocated - 1);
    assert_int_equal(irq_route_cpu(message, 3), RESULT_BUSY);
    assert_int_equal(message->cpu, 2);
    moved_ipis_arrive(true);
    assert_int_equal(irq_route_cpu(message, 3), RESULT_OK);
    moved_expect(message, 3);
    assert_null(fake_host.slots[1][old]);
    assert_int_equal(message_count_on(message, 1), 1);
}

static void a_device_can_be_disconnected_while_an_old_place_drains(void **state)
{
    struct message *message = &moved.set->messages[6];

    moved_put(message, 1);
    moved_ipis_arrive(false);
    assert_int_equal(irq_route_cpu(message, 2), RESULT_TIMEOUT);
    moved_ipis_arrive(true);
    assert_int_equal(irq_disconnect(moved.set), RESULT_OK);
    for (uint32_t cpu = 0; cpu < MOVED_CPUS; cpu++)
        assert_int_equal(moved_counts(cpu).free, VECTOR_DEVICE_COUNT);
}

static void without_memory_to_count_nothing_moves(void **state)
{
    uint32_t cpu = moved.set->messages[0].cpu;

    fake_heap_fail_after(0);
    assert_int_equal(irq_route_cpu(&moved.set->messages[0], (cpu + 1) % MOVED_CPUS), RESULT_NO_MEMORY);
    assert_string_equal(moved.source.calls, "");
    moved_expect(&moved.set->messages[0], cpu);
}

static void moving_above_passive_is_refused(void **state)
{
    fake_host.irql = IRQL_DISPATCH;
    assert_int_equal(irq_route_cpu(&moved.set->messages[0], 1), RESULT_IRQL);
    assert_int_equal(irq_route(&moved.set->messages[0], moved_cpus(0xf)), RESULT_IRQL);
    fake_host.irql = IRQL_PASSIVE;
    assert_string_equal(moved.source.calls, "");
}

static void counts_of_every_processor_survive_moves(void **state)
{
    struct message *message = &moved.set->messages[0];

    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t cpu = 0; cpu < MOVED_CPUS; cpu++) {
            moved_put(message, cpu);
            for (uint32_t i = 0; i <= cpu; i++)
                fake_host_deliver(cpu, message->info.vector);
        }
    }
    for (uint32_t cpu = 0; cpu < MOVED_CPUS; cpu++)
        assert_int_equal(message_count_on(message, cpu), 3 * (cpu + 1));
    assert_int_equal(message_count_all(message), 30);
    assert_int_equal(message_count_all(&moved.set->messages[1]), 0);
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, moved_setup, moved_teardown)
#define BLOCK_TEST(f) cmocka_unit_test_setup_teardown(f, moved_setup_msi, moved_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(a_message_accepted_after_the_first_drain_interrupt_is_served_and_counted),
        TABLE_TEST(hardware_that_refuses_a_write_keeps_the_message_where_it_was),
        BLOCK_TEST(a_block_that_is_refused_is_where_it_was),
        TABLE_TEST(new_places_of_a_refused_move_stay_until_they_have_drained),
        TABLE_TEST(a_processor_that_does_not_drain_keeps_the_old_slot_alive),
        TABLE_TEST(a_device_can_be_disconnected_while_an_old_place_drains),
        TABLE_TEST(without_memory_to_count_nothing_moves),
        TABLE_TEST(moving_above_passive_is_refused),
        TABLE_TEST(counts_of_every_processor_survive_moves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
