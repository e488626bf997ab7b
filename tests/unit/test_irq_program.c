// Silencing a connected set and programming it anew, against a fake port and a fake message source.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c
#include "kernel/core/drain.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/irq_program.h"
#include "kernel/runtime/vectors.h"
#include "tests/fakes/host.h"
#include "tests/fakes/message_source.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { CPU_COUNT = 4, MESSAGE_COUNT = 3 };

static struct device device;
static struct fake_source source;
static struct message_set *set;

static bool routine(const struct interrupt *self)
{
    return true;
}

static void deliver_ipi(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static int tables_create(void **state)
{
    struct irq_options options = {0};

    fake_host_reset();
    if (cpu_table_create(CPU_COUNT) != RESULT_OK || irql_initialise(CPU_COUNT) != RESULT_OK)
        return -1;
    for (uint32_t i = 0; i < CPU_COUNT; i++) {
        cpu_state_set(i, CPU_ONLINE);
        drain_prepare(i);
    }
    return irq_initialise(&options) == RESULT_OK ? 0 : -1;
}

static int connect(void **state)
{
    struct irq_request request = {.device = &device.irq,
                                  .routine = routine,
                                  .minimum = MESSAGE_COUNT,
                                  .maximum = MESSAGE_COUNT};
    struct irq_grant grant;

    fake_host.on_ipi = deliver_ipi;
    memset(&device, 0, sizeof(device));
    fake_source_start(&source, &device, MESSAGE_MSIX, 8);
    if (irq_connect(&request, &grant) != RESULT_OK)
        return -1;
    set = grant.messages;
    memset(source.calls, 0, sizeof(source.calls));
    return 0;
}

static int disconnect(void **state)
{
    return irq_disconnect(set) == RESULT_OK ? 0 : -1;
}

static uint32_t drains_sent(void)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < fake_host.ipi_count && i < FAKE_IPI_COUNT; i++)
        count += fake_host.ipis[i].vector == VECTOR_DRAIN;
    return count;
}

// What a reset leaves of a table.
static void table_wipe(void)
{
    memset(source.words, 0xff, sizeof(source.words));
    for (uint32_t i = 0; i < FAKE_SOURCE_ENTRIES; i++)
        source.masked[i] = true;
}

static void assert_table_is_the_records(void)
{
    message_for_each (set, message) {
        assert_int_equal(source.words[message->index].data, message->info.message_data);
        assert_int_equal(source.words[message->index].address.address, message->info.message_address.address);
        assert_int_equal(source.masked[message->index], message->masked);
    }
}

static void an_inactive_set_is_closed_and_drained_and_keeps_its_routes(void **state)
{
    uint32_t before = drains_sent();

    assert_int_equal(irq_deactivate(set), RESULT_OK);
    assert_string_equal(source.calls, "close(0)");
    assert_int_equal(drains_sent() - before, 2 * MESSAGE_COUNT); // two to each CPU, one message on each
    message_for_each (set, message)
        assert_ptr_equal(fake_host.slots[message->cpu][message->info.vector], message->info.interrupt_object);
    assert_int_equal(irq_deactivate(set), RESULT_BUSY);
}

// An MSI without mask bits keeps nothing: what its device signalled meanwhile is asked for.
static void after_silence_each_routine_of_a_source_that_keeps_nothing_runs_once(void **state)
{
    source.source.can_mask = false;
    assert_int_equal(irq_deactivate(set), RESULT_OK);
    assert_int_equal(irq_mask(&set->messages[0], true), RESULT_UNSUPPORTED);
    assert_false(set->messages[0].masked);
    uint64_t before = message_count_all(&set->messages[2]);
    assert_int_equal(irq_activate(set), RESULT_OK);
    message_for_each (set, message)
        assert_int_equal(message_count_all(message), before + 1);
}

static void one_that_keeps_its_messages_pending_is_not_asked(void **state)
{
    assert_int_equal(irq_deactivate(set), RESULT_OK);
    assert_int_equal(irq_activate(set), RESULT_OK);
    assert_int_equal(message_count_all(&set->messages[0]), 0);
}

static void activating_programs_everything_anew_from_the_table(void **state)
{
    assert_int_equal(irq_mask(&set->messages[1], true), RESULT_OK);
    assert_int_equal(irq_deactivate(set), RESULT_OK);
    table_wipe();
    memset(source.calls, 0, sizeof(source.calls));
    assert_int_equal(irq_activate(set), RESULT_OK);
    assert_string_equal(source.calls, "close(0) open(3) write(0) write(1) write(2) unmask(0) unmask(2) start(1)");
    assert_true(source.source.is_suspect);
    assert_table_is_the_records();
}

static void a_device_that_lost_its_entries_is_cured_without_being_inactive_first(void **state)
{
    table_wipe();
    assert_int_equal(irq_activate(set), RESULT_OK);
    assert_table_is_the_records();
    assert_true(source.is_started);
}

static void a_message_that_moves_while_inactive_is_written_on_activation(void **state)
{
    struct message *message = &set->messages[0];
    uint32_t cpu = (message->cpu + 1) % CPU_COUNT;

    assert_int_equal(irq_deactivate(set), RESULT_OK);
    memset(source.calls, 0, sizeof(source.calls));
    assert_int_equal(irq_route_cpu(message, cpu), RESULT_OK);
    assert_string_equal(source.calls, "");
    assert_int_equal(irq_activate(set), RESULT_OK);
    assert_int_equal(message->cpu, cpu);
    assert_table_is_the_records();
}

static void a_mask_set_while_inactive_holds_after_activation(void **state)
{
    assert_int_equal(irq_deactivate(set), RESULT_OK);
    assert_int_equal(irq_mask(&set->messages[2], true), RESULT_OK);
    assert_int_equal(irq_activate(set), RESULT_OK);
    assert_true(source.masked[2]);
    assert_false(source.masked[0]);
}

static void entries_beyond_the_grant_are_masked_with_message_0(void **state)
{
    set->entry_count = MESSAGE_COUNT + 2;
    memset(source.calls, 0, sizeof(source.calls));
    assert_int_equal(irq_mask(&set->messages[0], true), RESULT_OK);
    assert_string_equal(source.calls, "mask(0) mask(3) mask(4)");
    assert_int_equal(irq_mask(&set->messages[1], true), RESULT_OK);
    assert_string_equal(source.calls, "mask(0) mask(3) mask(4) mask(1)");
}

static void hardware_that_refuses_leaves_the_set_inactive_and_closed(void **state)
{
    assert_int_equal(irq_deactivate(set), RESULT_OK);
    source.write_result = RESULT_GONE;
    assert_int_equal(irq_activate(set), RESULT_GONE);
    assert_true(set->is_inactive);
    assert_false(source.is_open);
}

static void hardware_that_grants_fewer_than_before_is_a_mismatch(void **state)
{
    source.grant_limit = MESSAGE_COUNT - 1;
    assert_int_equal(irq_activate(set), RESULT_MISMATCH);
    assert_true(set->is_inactive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_inactive_set_is_closed_and_drained_and_keeps_its_routes, connect,
                                        disconnect),
        cmocka_unit_test_setup_teardown(after_silence_each_routine_of_a_source_that_keeps_nothing_runs_once, connect,
                                        disconnect),
        cmocka_unit_test_setup_teardown(one_that_keeps_its_messages_pending_is_not_asked, connect, disconnect),
        cmocka_unit_test_setup_teardown(activating_programs_everything_anew_from_the_table, connect, disconnect),
        cmocka_unit_test_setup_teardown(a_device_that_lost_its_entries_is_cured_without_being_inactive_first, connect,
                                        disconnect),
        cmocka_unit_test_setup_teardown(a_message_that_moves_while_inactive_is_written_on_activation, connect,
                                        disconnect),
        cmocka_unit_test_setup_teardown(a_mask_set_while_inactive_holds_after_activation, connect, disconnect),
        cmocka_unit_test_setup_teardown(entries_beyond_the_grant_are_masked_with_message_0, connect, disconnect),
        cmocka_unit_test_setup_teardown(hardware_that_refuses_leaves_the_set_inactive_and_closed, connect, disconnect),
        cmocka_unit_test_setup_teardown(hardware_that_grants_fewer_than_before_is_a_mismatch, connect, disconnect),
    };

    return cmocka_run_group_tests(tests, tables_create, NULL);
}
