// Connecting and disconnecting, against a fake port and fake message sources.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c

#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/runtime/vectors.h"
#include "tests/fakes/heap.h"
#include "tests/fakes/host.h"
#include "tests/fakes/message_source.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CPU_COUNT = 4 };

static struct device device;
static struct fake_source msix, msi;

static bool routine(const struct interrupt *self)
{
    (*(uint32_t *)self->context)++;
    return true;
}

static uint32_t taken;

static struct irq_request request_for(uint32_t minimum, uint32_t maximum)
{
    return (struct irq_request){
        .device = &device.irq, .routine = routine, .context = &taken, .minimum = minimum, .maximum = maximum};
}

static void deliver_ipi(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static int setup(void **state)
{
    static bool has_table;
    struct irq_options options = {0};

    fake_host_reset();
    fake_host.on_ipi = deliver_ipi;
    memset(&device, 0, sizeof(device));
    fake_source_start(&msix, &device, MESSAGE_MSIX, 8);
    taken = 0;
    if (!has_table)
        assert_int_equal(cpu_table_create(CPU_COUNT), RESULT_OK);
    has_table = true;
    for (uint32_t i = 0; i < CPU_COUNT; i++)
        cpu_state_set(i, CPU_ONLINE);
    vector_matrix_destroy(irq_vectors());
    assert_int_equal(irq_initialise(&options), RESULT_OK);
    return 0;
}

static struct vector_counts counts_total(void)
{
    struct vector_counts total = {0};

    for (uint32_t i = 0; i < CPU_COUNT; i++) {
        struct vector_counts counts = vector_matrix_counts(irq_vectors(), i);
        total.free += counts.free;
        total.reserved += counts.reserved;
        total.allocated += counts.allocated;
        total.draining += counts.draining;
    }
    return total;
}

static void assert_nothing_taken(void)
{
    assert_int_equal(counts_total().free, CPU_COUNT * VECTOR_DEVICE_COUNT);
    assert_null(device.irq.messages);
    assert_int_equal(message_total(), 0);
    for (uint32_t cpu = 0; cpu < CPU_COUNT; cpu++)
        for (uint32_t vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++)
            assert_null(fake_host.slots[cpu][vector]);
}

static struct message_set *connect(uint32_t minimum, uint32_t maximum)
{
    struct irq_request request = request_for(minimum, maximum);
    struct irq_grant grant = {0};

    assert_int_equal(irq_connect(&request, &grant), RESULT_OK);
    assert_ptr_equal(grant.messages, device.irq.messages);
    return grant.messages;
}

static void every_field_of_a_connected_message_is_filled_in(void **state)
{
    struct message_set *set = connect(1, 4);

    assert_int_equal(set->message_count, 4);
    message_for_each (set, message) {
        const struct message_info_entry *info = &message->info;
        assert_int_equal(info->message_address.address, 0xfee00000u + message->cpu * 0x1000u);
        assert_int_equal(info->message_data, info->vector);
        assert_int_equal(info->irql, info->vector >> 4);
        assert_int_equal(info->mode, INTERRUPT_LATCHED);
        assert_int_equal(info->polarity, INTERRUPT_ACTIVE_HIGH);
        assert_int_equal(info->target_processor_set.mask, 0xf);
        assert_ptr_equal(info->interrupt_object, &message->objects[0]);
        assert_int_equal(message->objects[0].message_id, message->index);
        assert_int_equal(message->objects[0].number, message->number);
        assert_ptr_equal(fake_host.slots[message->cpu][info->vector], &message->objects[0]);
        assert_int_equal(msix.words[message->index].data, info->message_data);
        assert_false(msix.masked[message->index]);
    }
    irq_disconnect(set);
}

static void messages_spread_over_all_processors(void **state)
{
    struct message_set *set = connect(1, 8);
    uint32_t per_cpu[CPU_COUNT] = {0};

    message_for_each (set, message)
        per_cpu[message->cpu]++;
    for (uint32_t i = 0; i < CPU_COUNT; i++)
        assert_int_equal(per_cpu[i], 2);
    irq_disconnect(set);
}

static void hardware_is_opened_written_unmasked_and_started_in_that_order(void **state)
{
    struct message_set *set = connect(1, 2);

    assert_string_equal(msix.calls, "open(2) write(0) write(1) unmask(0) unmask(1) start(1)");
    irq_disconnect(set);
}

static void a_silent_function_stays_masked_and_without_bus_master(void **state)
{
    struct irq_request request = request_for(1, 2);
    struct irq_grant grant;

    request.silent = true;
    assert_int_equal(irq_connect(&request, &grant), RESULT_OK);
    assert_string_equal(msix.calls, "open(2) write(0) write(1) start(0)");
    assert_true(grant.messages->messages[1].masked);
    irq_disconnect(grant.messages);
}

static void fewer_messages_than_asked_is_a_success_with_a_reason(void **state)
{
    struct message_set *set = connect(1, 20);

    assert_int_equal(set->message_count, 8);
    assert_string_equal(set->reason, "8 of 20: msix has no more");
    irq_disconnect(set);
}

static void entries_beyond_the_grant_are_aimed_at_message_0(void **state)
{
    msix.grant_limit = 3;
    struct message_set *set = connect(1, 8);

    assert_int_equal(set->message_count, 3);
    for (uint32_t i = 3; i < 8; i++) {
        assert_int_equal(msix.words[i].data, set->messages[0].info.message_data);
        assert_int_equal(msix.words[i].address.address, set->messages[0].info.message_address.address);
        assert_false(msix.masked[i]);
    }
    assert_int_equal(counts_total().allocated, 3);
    irq_disconnect(set);
}

static void fewer_than_the_minimum_fails_and_leaves_nothing_behind(void **state)
{
    struct irq_request request = request_for(5, 8);
    struct irq_grant grant;

    msix.grant_limit = 4;
    assert_int_equal(irq_connect(&request, &grant), RESULT_UNSUPPORTED);
    assert_nothing_taken();
    assert_false(msix.is_started);
}

static void a_table_that_does_not_keep_its_words_falls_back_to_msi(void **state)
{
    msix.write_result = RESULT_MISMATCH;
    fake_source_start(&msi, &device, MESSAGE_MSI, 1);
    struct message_set *set = connect(1, 8);

    assert_int_equal(set->source->kind, MESSAGE_MSI);
    assert_int_equal(set->message_count, 1);
    assert_string_equal(set->reason, "msix mismatch; 1 of 8: msi has no more");
    irq_disconnect(set);
}

static void msi_gets_one_aligned_block_on_one_processor(void **state)
{
    device.irq.sources[MESSAGE_MSIX] = NULL;
    fake_source_start(&msi, &device, MESSAGE_MSI, 16);
    struct message_set *set = connect(1, 13);

    assert_int_equal(set->message_count, 8);
    assert_int_equal(set->messages[0].info.vector % 8, 0);
    message_for_each (set, message) {
        assert_int_equal(message->cpu, set->messages[0].cpu);
        assert_int_equal(message->info.vector, set->messages[0].info.vector + message->index);
    }
    assert_string_equal(msi.calls, "open(8) write(0) unmask(0) unmask(1) unmask(2) unmask(3) unmask(4) unmask(5) "
                                   "unmask(6) unmask(7) start(1)");
    irq_disconnect(set);
}

// A message may have left, and its routine be running, before the hardware refused the rest.
static void a_connection_that_fails_after_it_was_unmasked_is_drained(void **state)
{
    struct irq_request request = request_for(2, 2);
    struct irq_grant grant;
    uint64_t before = fake_host.counts[0][VECTOR_DRAIN];

    msix.start_result = RESULT_GONE;
    assert_int_equal(irq_connect(&request, &grant), RESULT_GONE);
    assert_true(fake_host.counts[0][VECTOR_DRAIN] > before);
    assert_null(device.irq.messages);
    msix.start_result = RESULT_OK;
}

static void exhausted_vectors_are_a_named_result(void **state)
{
    struct irq_request request = request_for(1, 8);
    struct irq_grant grant;
    uint32_t vector;

    for (uint32_t cpu = 0; cpu < CPU_COUNT; cpu++)
        for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT; i++)
            assert_int_equal(vector_matrix_reserve(irq_vectors(), cpu, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1,
                                                   &vector),
                             RESULT_OK);
    assert_int_equal(irq_connect(&request, &grant), RESULT_NO_VECTORS);
    assert_null(device.irq.messages);
}

static void the_last_vectors_go_out_as_fewer_messages(void **state)
{
    uint32_t vector;

    for (uint32_t cpu = 0; cpu < CPU_COUNT; cpu++)
        for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT - (cpu == 2 ? 3 : 0); i++)
            assert_int_equal(vector_matrix_reserve(irq_vectors(), cpu, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1,
                                                   &vector),
                             RESULT_OK);
    struct message_set *set = connect(1, 8);
    assert_int_equal(set->message_count, 3);
    assert_string_equal(set->reason, "3 of 8: 0 vectors free on all CPUs");
    message_for_each (set, message)
        assert_int_equal(message->cpu, 2);
    irq_disconnect(set);
}

static void a_vector_is_kept_for_each_function_that_has_none_yet(void **state)
{
    static struct device later[2] = {{.address = {0, 0, 30, 0}}, {.address = {0, 0, 31, 0}}};
    static struct fake_source sources[2];
    uint32_t vector;

    for (uint32_t i = 0; i < 2; i++) {
        fake_source_start(&sources[i], &later[i], MESSAGE_MSIX, 8);
        device_add(&later[i]);
    }
    for (uint32_t cpu = 0; cpu < CPU_COUNT; cpu++)
        for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT - (cpu == 2 ? 5 : 0); i++)
            assert_int_equal(vector_matrix_reserve(irq_vectors(), cpu, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1,
                                                   &vector),
                             RESULT_OK);
    struct message_set *set = connect(1, 8);
    assert_int_equal(set->message_count, 3);
    assert_string_equal(set->reason, "3 of 8: 2 vectors free on all CPUs, kept for 2 functions to come");
    irq_disconnect(set);
    // What a device must have at least it gets all the same.
    set = connect(4, 8);
    assert_int_equal(set->message_count, 4);
    irq_disconnect(set);
    later[0].irq.sources[MESSAGE_MSIX] = later[1].irq.sources[MESSAGE_MSIX] = NULL;
}

static void a_message_can_ask_for_its_processor(void **state)
{
    static const uint32_t cpus[] = {3, 1, 1, 0};
    struct irq_request request = request_for(4, 4);
    struct irq_grant grant;

    request.message_cpus = cpus;
    assert_int_equal(irq_connect(&request, &grant), RESULT_OK);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(grant.messages->messages[i].cpu, cpus[i]);
    irq_disconnect(grant.messages);
}

static void connecting_above_passive_is_reported_and_refused(void **state)
{
    struct irq_request request = request_for(1, 1);
    struct irq_grant grant;

    fake_host.irql = IRQL_DISPATCH;
    assert_int_equal(irq_connect(&request, &grant), RESULT_IRQL);
    assert_string_equal(msix.calls, "");
}

static void connecting_twice_is_refused(void **state)
{
    struct irq_request request = request_for(1, 1);
    struct irq_grant grant;
    struct message_set *set = connect(1, 1);

    assert_int_equal(irq_connect(&request, &grant), RESULT_BUSY);
    irq_disconnect(set);
}

static void disconnecting_closes_drains_and_gives_everything_back(void **state)
{
    uint32_t objects = fake_heap_live();
    struct message_set *set = connect(1, 8);

    irq_disconnect(set);
    assert_false(msix.is_open);
    assert_int_equal(fake_host.ipi_count, 2 * CPU_COUNT);
    for (uint32_t i = 0; i < fake_host.ipi_count; i++)
        assert_int_equal(fake_host.ipis[i].vector, VECTOR_DRAIN);
    assert_nothing_taken();
    assert_int_equal(fake_heap_live(), objects);
}

static void vectors_of_a_processor_that_does_not_drain_are_never_handed_out_again(void **state)
{
    struct message_set *set = connect(1, 4);

    fake_host.on_ipi = NULL;
    assert_int_equal(irq_disconnect(set), RESULT_TIMEOUT);
    assert_int_equal(counts_total().draining, 4);
    assert_int_equal(message_total(), 0);
    assert_int_equal(set->message_count, 4); // the memory is still the set's
    message_set_free(set);
}

static void counts_begin_at_the_connection(void **state)
{
    fake_host.counts[0][0x80] = 1000;
    struct message_set *set = connect(1, 8);

    message_for_each (set, message)
        fake_host_deliver(message->cpu, message->info.vector);
    message_for_each (set, message) {
        assert_int_equal(message_count_all(message), 1);
        assert_int_equal(message_count_on(message, (message->cpu + 1) % CPU_COUNT), 0);
    }
    assert_int_equal(taken, 8);
    irq_disconnect(set);
}

static void processors_that_messages_cannot_reach_get_none(void **state)
{
    struct irq_options options = {0};

    fake_host.apic_ids[3] = 300;
    vector_matrix_destroy(irq_vectors());
    assert_int_equal(irq_initialise(&options), RESULT_OK);
    struct message_set *set = connect(1, 8);
    message_for_each (set, message)
        assert_int_not_equal(message->cpu, 3);
    irq_disconnect(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_field_of_a_connected_message_is_filled_in, setup),
        cmocka_unit_test_setup(messages_spread_over_all_processors, setup),
        cmocka_unit_test_setup(hardware_is_opened_written_unmasked_and_started_in_that_order, setup),
        cmocka_unit_test_setup(a_silent_function_stays_masked_and_without_bus_master, setup),
        cmocka_unit_test_setup(fewer_messages_than_asked_is_a_success_with_a_reason, setup),
        cmocka_unit_test_setup(entries_beyond_the_grant_are_aimed_at_message_0, setup),
        cmocka_unit_test_setup(fewer_than_the_minimum_fails_and_leaves_nothing_behind, setup),
        cmocka_unit_test_setup(a_table_that_does_not_keep_its_words_falls_back_to_msi, setup),
        cmocka_unit_test_setup(msi_gets_one_aligned_block_on_one_processor, setup),
        cmocka_unit_test_setup(a_connection_that_fails_after_it_was_unmasked_is_drained, setup),
        cmocka_unit_test_setup(exhausted_vectors_are_a_named_result, setup),
        cmocka_unit_test_setup(the_last_vectors_go_out_as_fewer_messages, setup),
        cmocka_unit_test_setup(a_vector_is_kept_for_each_function_that_has_none_yet, setup),
        cmocka_unit_test_setup(a_message_can_ask_for_its_processor, setup),
        cmocka_unit_test_setup(connecting_above_passive_is_reported_and_refused, setup),
        cmocka_unit_test_setup(connecting_twice_is_refused, setup),
        cmocka_unit_test_setup(disconnecting_closes_drains_and_gives_everything_back, setup),
        cmocka_unit_test_setup(vectors_of_a_processor_that_does_not_drain_are_never_handed_out_again, setup),
        cmocka_unit_test_setup(counts_begin_at_the_connection, setup),
        cmocka_unit_test_setup(processors_that_messages_cannot_reach_get_none, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
