// The message table: sets in order, what is read off them, and counts that survive moves.
// sources: tests/fakes/host.c tests/fakes/heap.c

#include "kernel/core/message.h"
#include "kernel/inventory/device.h"
#include "tests/fakes/heap.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { CPU_COUNT = 130 }; // three groups

static struct device devices[3];
static struct message_source source = {.kind = MESSAGE_MSIX};

static int setup(void **state)
{
    fake_host_reset();
    memset(devices, 0, sizeof(devices));
    if (cpu_total() == 0)
        assert_int_equal(cpu_table_create(CPU_COUNT), RESULT_OK);
    assert_int_equal(fake_heap_live(), 1);
    return 0;
}

static void set_destroy(struct message_set *set)
{
    message_set_remove(set);
    message_set_free(set);
}

static int teardown(void **state)
{
    fake_heap_fail_after(UINT32_MAX);
    while (message_set_first())
        set_destroy(message_set_first());
    assert_int_equal(message_total(), 0);
    assert_int_equal(fake_heap_live(), 1); // the table of processors
    return 0;
}

static struct message *one_message(uint32_t cpu, uint32_t vector)
{
    struct message_set *set = message_set_create(&devices[0].irq, &source, 1);

    assert_non_null(set);
    set->messages[0].cpu = cpu;
    set->messages[0].info.vector = vector;
    return set->messages;
}

// As a move does: the old place first drains, then is counted and forgotten.
static void move_to(struct message *message, uint32_t cpu, uint32_t vector)
{
    assert_int_equal(message_tally_prepare(message, message->cpu), RESULT_OK);
    message->old[message->old_count++] = message_route_of(message);
    message->cpu = cpu;
    message->info.vector = vector;
    message->count_before = host_slot_count(cpu, vector);
}

static void a_new_set_is_empty_masked_and_last_in_the_table(void **state)
{
    struct message_set *first = message_set_create(&devices[0].irq, &source, 2);
    struct message_set *second = message_set_create(&devices[1].irq, &source, 3);

    assert_ptr_equal(message_set_first(), first);
    assert_ptr_equal(first->next, second);
    assert_null(second->next);
    assert_int_equal(message_total(), 5);
    assert_ptr_equal(devices[1].irq.messages, second);
    message_for_each (second, message) {
        assert_ptr_equal(message->set, second);
        assert_int_equal(message->index, message - second->messages);
        assert_true(message->masked);
        assert_int_equal(message->generation, 0);
        assert_int_equal(message_count_all(message), 0);
    }
}

static void a_number_is_never_given_to_another_message(void **state)
{
    struct message_set *set = message_set_create(&devices[0].irq, &source, 3);
    uint32_t first = set->messages[0].number;

    assert_in_range(first, MESSAGE_NUMBER_FIRST, UINT32_MAX);
    assert_int_equal(set->messages[2].number, first + 2);
    message_set_trim(set, 1);
    set_destroy(set);
    set = message_set_create(&devices[0].irq, &source, 1);
    assert_in_range(set->messages[0].number, first + 3, UINT32_MAX);
}

static void functions_that_wait_for_messages_are_those_that_can_signal_and_have_none(void **state)
{
    static struct device listed[2] = {{.address = {0, 1, 0, 0}, .irq.sources[MESSAGE_MSIX] = &source},
                                      {.address = {0, 2, 0, 0}, .irq.sources[MESSAGE_MSI] = &source}};

    device_add(&listed[0]);
    device_add(&listed[1]);
    assert_int_equal(message_waiting_total(), 2);
    struct message_set *set = message_set_create(&listed[1].irq, &source, 4);
    assert_int_equal(message_waiting_total(), 1);
    set_destroy(message_set_create(&devices[0].irq, &source, 1)); // not in the inventory
    assert_int_equal(message_waiting_total(), 1);
    message_set_remove(set);
    assert_int_equal(message_waiting_total(), 2);
    message_set_remove(set); // once is enough
    assert_int_equal(message_waiting_total(), 2);
    message_set_free(set);
}

static void a_device_that_was_added_after_it_connected_is_not_counted_twice(void **state)
{
    static struct device late = {.address = {0, 3, 0, 0}, .irq.sources[MESSAGE_MSIX] = &source};
    uint32_t before = message_waiting_total();
    struct message_set *set = message_set_create(&late.irq, &source, 1);

    device_add(&late);
    assert_int_equal(message_waiting_total(), before + 1);
    set_destroy(set);
    assert_int_equal(message_waiting_total(), before + 1);
}

static void without_memory_there_is_no_set_and_the_device_has_none(void **state)
{
    fake_heap_fail_after(0);
    assert_null(message_set_create(&devices[0].irq, &source, 2));
    assert_null(devices[0].irq.messages);
    assert_null(message_set_first());
    assert_int_equal(message_total(), 0);
}

static void a_trimmed_set_has_its_first_messages(void **state)
{
    struct message_set *set = message_set_create(&devices[0].irq, &source, 8);
    uint32_t visited = 0;

    message_set_trim(set, 3);
    assert_int_equal(message_total(), 3);
    message_for_each (set, message)
        visited++;
    assert_int_equal(visited, 3);
    assert_non_null(message_find(&devices[0].irq, 2));
    assert_null(message_find(&devices[0].irq, 3));
    message_set_trim(set, 0);
    assert_int_equal(message_total(), 0);
    assert_null(message_find(&devices[0].irq, 0));
}

static void a_set_can_be_taken_out_wherever_it_stands(void **state)
{
    for (uint32_t gone = 0; gone < 3; gone++) {
        struct message_set *sets[3];
        for (uint32_t i = 0; i < 3; i++)
            sets[i] = message_set_create(&devices[i].irq, &source, 1);
        set_destroy(sets[gone]);
        assert_null(devices[gone].irq.messages);
        assert_int_equal(message_total(), 2);
        struct message_set *again = message_set_create(&devices[gone].irq, &source, 1);
        struct message_set *expected[] = {sets[gone == 0 ? 1 : 0], sets[gone == 2 ? 1 : 2], again};
        struct message_set *at = message_set_first();
        for (uint32_t i = 0; i < 3; i++, at = at->next)
            assert_ptr_equal(at, expected[i]);
        assert_null(at);
        while (message_set_first())
            set_destroy(message_set_first());
    }
}

static void a_device_without_messages_has_none_to_find(void **state)
{
    assert_null(message_find(&devices[2].irq, 0));
}

static void only_what_came_since_the_connection_counts(void **state)
{
    fake_host.counts[3][0x80] = 1000;
    struct message *message = one_message(3, 0x80);

    message->count_before = host_slot_count(3, 0x80);
    fake_host.counts[3][0x80] += 5;
    assert_int_equal(message_count_on(message, 3), 5);
    assert_int_equal(message_count_on(message, 2), 0);
    assert_int_equal(message_count_on(message, CPU_COUNT), 0);
    assert_int_equal(message_count_all(message), 5);
}

static void a_place_that_drains_still_counts(void **state)
{
    struct message *message = one_message(1, 0x80);

    fake_host.counts[1][0x80] = 2;
    move_to(message, 129, 0x81);
    fake_host.counts[1][0x80] += 1;
    fake_host.counts[129][0x81] += 4;
    assert_int_equal(message_count_on(message, 1), 3);
    assert_int_equal(message_count_on(message, 129), 4);
    assert_int_equal(message_count_all(message), 7);
}

static void counts_stay_with_their_processor_when_the_slot_goes_to_another(void **state)
{
    struct message *message = one_message(1, 0x80);

    fake_host.counts[1][0x80] = 2;
    move_to(message, 64, 0x81);
    message_tally_old(message);
    assert_int_equal(message->old_count, 0);
    fake_host.counts[1][0x80] += 100; // somebody else's by now
    fake_host.counts[64][0x81] = 3;
    move_to(message, 1, 0x90);
    message_tally_old(message);
    fake_host.counts[1][0x90] = 10;
    assert_int_equal(message_count_on(message, 1), 12);
    assert_int_equal(message_count_on(message, 64), 3);
    assert_int_equal(message_count_on(message, 65), 0);
    assert_int_equal(message_count_on(message, 129), 0);
    assert_int_equal(message_count_all(message), 15);
}

static void both_old_places_of_an_unmaskable_message_count(void **state)
{
    struct message *message = one_message(0, 0x80);

    move_to(message, 2, 0x90);
    message->old[message->old_count++] = (struct message_route){0, 0x90, 0};
    fake_host.counts[0][0x80] = 1;
    fake_host.counts[0][0x90] = 1;
    assert_int_equal(message_count_on(message, 0), 2);
    message_tally_old(message);
    assert_int_equal(message_count_on(message, 0), 2);
    assert_int_equal(message_count_all(message), 2);
}

static void without_memory_to_count_that_is_said_before_anything_moves(void **state)
{
    struct message *message = one_message(0, 0x80);

    fake_heap_fail_after(0);
    assert_int_equal(message_tally_prepare(message, 0), RESULT_NO_MEMORY);
    assert_int_equal(message_count_on(message, 0), 0);
    fake_heap_fail_after(UINT32_MAX);
    assert_int_equal(message_tally_prepare(message, 0), RESULT_OK);
}

static void route_and_words_are_those_of_the_record(void **state)
{
    struct message *message = one_message(7, 0x85);

    message->count_before = 9;
    message->info.message_address.address = 0xfee07000;
    message->info.message_data = 0x85;
    struct message_route route = message_route_of(message);
    assert_int_equal(route.cpu, 7);
    assert_int_equal(route.vector, 0x85);
    assert_int_equal(route.count_before, 9);
    assert_int_equal(message_words_of(message).address.address, 0xfee07000);
    assert_int_equal(message_words_of(message).data, 0x85);
}

static void modes_and_polarities_have_names(void **state)
{
    assert_string_equal(interrupt_mode_name(INTERRUPT_LATCHED), "latched");
    assert_string_equal(interrupt_mode_name(INTERRUPT_LEVEL_SENSITIVE), "level_sensitive");
    assert_string_equal(interrupt_polarity_name(INTERRUPT_ACTIVE_HIGH), "active_high");
    assert_string_equal(interrupt_polarity_name(INTERRUPT_ACTIVE_LOW), "active_low");
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(a_new_set_is_empty_masked_and_last_in_the_table),
        TABLE_TEST(a_number_is_never_given_to_another_message),
        TABLE_TEST(functions_that_wait_for_messages_are_those_that_can_signal_and_have_none),
        TABLE_TEST(a_device_that_was_added_after_it_connected_is_not_counted_twice),
        TABLE_TEST(without_memory_there_is_no_set_and_the_device_has_none),
        TABLE_TEST(a_trimmed_set_has_its_first_messages),
        TABLE_TEST(a_set_can_be_taken_out_wherever_it_stands),
        TABLE_TEST(a_device_without_messages_has_none_to_find),
        TABLE_TEST(only_what_came_since_the_connection_counts),
        TABLE_TEST(a_place_that_drains_still_counts),
        TABLE_TEST(counts_stay_with_their_processor_when_the_slot_goes_to_another),
        TABLE_TEST(both_old_places_of_an_unmaskable_message_count),
        TABLE_TEST(without_memory_to_count_that_is_said_before_anything_moves),
        TABLE_TEST(route_and_words_are_those_of_the_record),
        TABLE_TEST(modes_and_polarities_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
