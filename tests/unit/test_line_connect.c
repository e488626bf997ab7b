// Devices on one line through the whole core: they share a place, leave it one by one, and move together.
// sources: arch/apic/line_share.c tests/fakes/line_source.c tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c

#include "kernel/core/beside.h"
#include "kernel/core/irq.h"
#include "kernel/core/irq_program.h"
#include "kernel/core/retarget.h"
#include "kernel/core/vector_matrix.h"
#include "tests/fakes/host.h"
#include "tests/fakes/line_source.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { CPU_COUNT = 4, SHARER_COUNT = 2, GSI = 22 };

static struct sharer {
    struct device device;
    struct fake_source source;
    struct line_member member;
    uint32_t taken;
} sharers[SHARER_COUNT];

static bool routine(const struct interrupt *self)
{
    ++*(uint32_t *)self->context;
    return true;
}

static void deliver_ipi(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static void sharer_start(struct sharer *sharer)
{
    memset(sharer, 0, sizeof(*sharer));
    fake_source_start(&sharer->source, &sharer->device, MESSAGE_LINE, 1);
    fake_line_start(&sharer->source, &sharer->member, GSI, INTERRUPT_LEVEL_SENSITIVE);
    sharer->source.source.polarity = INTERRUPT_ACTIVE_LOW;
}

static int set_up(void **state)
{
    static bool has_table;
    struct irq_options options = {0};

    fake_host_reset();
    fake_host.on_ipi = deliver_ipi;
    for (uint32_t i = 0; i < SHARER_COUNT; i++)
        sharer_start(&sharers[i]);
    if (!has_table)
        assert_int_equal(cpu_table_create(CPU_COUNT), RESULT_OK);
    has_table = true;
    for (uint32_t i = 0; i < CPU_COUNT; i++)
        cpu_state_set(i, CPU_ONLINE);
    vector_matrix_destroy(irq_vectors());
    assert_int_equal(irq_initialise(&options), RESULT_OK);
    return 0;
}

static struct message *connect(uint32_t index)
{
    struct sharer *sharer = &sharers[index];
    struct irq_request request = {
        .device = &sharer->device.irq, .routine = routine, .context = &sharer->taken, .minimum = 1, .maximum = 4};
    struct irq_grant grant;

    assert_int_equal(irq_connect(&request, &grant), RESULT_OK);
    assert_int_equal(grant.messages->message_count, 1);
    return grant.messages->messages;
}

static uint32_t free_total(void)
{
    uint32_t free = 0;

    for (uint32_t i = 0; i < CPU_COUNT; i++)
        free += vector_matrix_counts(irq_vectors(), i).free;
    return free;
}

static void the_second_device_on_a_line_gets_the_firsts_cpu_and_vector(void **state)
{
    struct message *first = connect(0), *second = connect(1);

    assert_int_equal(first->info.mode, INTERRUPT_LEVEL_SENSITIVE);
    assert_int_equal(first->info.polarity, INTERRUPT_ACTIVE_LOW);
    assert_int_equal(second->cpu, first->cpu);
    assert_int_equal(second->info.vector, first->info.vector);
    assert_int_equal(free_total(), CPU_COUNT * VECTOR_DEVICE_COUNT - 1);
    fake_host_deliver(first->cpu, first->info.vector);
    assert_int_equal(sharers[0].taken, 1);
    assert_int_equal(sharers[1].taken, 1);
    assert_int_equal(irq_disconnect(second->set), RESULT_OK);
    assert_int_equal(irq_disconnect(first->set), RESULT_OK);
}

static void the_one_that_stays_keeps_the_place_and_the_last_one_gives_it_back(void **state)
{
    struct message *first = connect(0), *second = connect(1);
    uint32_t cpu = first->cpu, vector = first->info.vector;

    assert_int_equal(irq_disconnect(first->set), RESULT_OK);
    assert_int_equal(vector_matrix_counts(irq_vectors(), cpu).allocated, 1);
    fake_host_deliver(cpu, vector);
    assert_int_equal(sharers[0].taken, 0);
    assert_int_equal(sharers[1].taken, 1);
    assert_int_equal(irq_disconnect(second->set), RESULT_OK);
    assert_int_equal(free_total(), CPU_COUNT * VECTOR_DEVICE_COUNT);
    assert_null(fake_host.slots[cpu][vector]);
}

static void a_second_device_whose_hardware_refuses_leaves_the_first_alone(void **state)
{
    struct message *first = connect(0);
    struct irq_request request = {.device = &sharers[1].device.irq, .routine = routine, .minimum = 1, .maximum = 1};
    struct irq_grant grant;

    sharers[1].source.write_result = RESULT_MISMATCH;
    assert_int_equal(irq_connect(&request, &grant), RESULT_MISMATCH);
    assert_int_equal(vector_matrix_counts(irq_vectors(), first->cpu).allocated, 1);
    fake_host_deliver(first->cpu, first->info.vector);
    assert_int_equal(sharers[0].taken, 1);
    assert_int_equal(irq_disconnect(first->set), RESULT_OK);
    assert_int_equal(free_total(), CPU_COUNT * VECTOR_DEVICE_COUNT);
}

// Whoever looks at the slot finds a record of a device that is on the line.
static void the_lines_object_speaks_for_one_that_is_there(void **state)
{
    struct message *first = connect(0), *second = connect(1);
    uint32_t cpu = first->cpu, vector = first->info.vector;

    assert_ptr_equal(message_at(cpu, vector), first);
    assert_ptr_equal(first->beside, second);
    assert_ptr_equal(second->beside, first);
    assert_int_equal(irq_disconnect(first->set), RESULT_OK);
    assert_ptr_equal(message_at(cpu, vector), second);
    assert_int_equal(host_slot_read(cpu, vector)->number, second->number);
    assert_null(second->beside);
    assert_int_equal(irq_disconnect(second->set), RESULT_OK);
    assert_null(message_at(cpu, vector));
}

// Sources of two lines on two CPUs: the end of interrupt of one would re-arm the other.
static void two_lines_never_have_one_vector_number(void **state)
{
    fake_line_start(&sharers[1].source, &sharers[1].member, GSI + 1, INTERRUPT_LEVEL_SENSITIVE);
    struct message *first = connect(0), *second = connect(1);

    for (uint32_t i = 0; i < 2 * CPU_COUNT; i++) {
        assert_int_not_equal(first->info.vector, second->info.vector);
        assert_int_equal(retarget_message(irq_vectors(), first, i % CPU_COUNT, cpu_group_online(0)), RESULT_OK);
        assert_int_equal(retarget_message(irq_vectors(), second, (i + 1) % CPU_COUNT, cpu_group_online(0)), RESULT_OK);
    }
    assert_int_equal(irq_disconnect(first->set), RESULT_OK);
    assert_int_equal(irq_disconnect(second->set), RESULT_OK);
    assert_int_equal(free_total(), CPU_COUNT * VECTOR_DEVICE_COUNT);
}

static void devices_on_one_line_move_together(void **state)
{
    struct message *first = connect(0), *second = connect(1);
    uint32_t from = first->cpu, to = (from + 1) % CPU_COUNT, vector = first->info.vector;

    fake_host_deliver(from, vector);
    assert_int_equal(retarget_message(irq_vectors(), second, to, (struct group_affinity){0, BIT(to)}), RESULT_OK);
    assert_int_equal(first->cpu, to);
    assert_int_equal(first->info.vector, second->info.vector);
    assert_null(fake_host.slots[from][vector]);
    fake_host_deliver(to, second->info.vector);
    assert_int_equal(sharers[0].taken, 2);
    assert_int_equal(sharers[1].taken, 2);
    assert_int_equal(message_count_all(first), 2);
    assert_int_equal(message_count_all(second), 2);
    assert_int_equal(irq_disconnect(first->set), RESULT_OK);
    assert_int_equal(irq_disconnect(second->set), RESULT_OK);
    assert_int_equal(free_total(), CPU_COUNT * VECTOR_DEVICE_COUNT);
}

// The line of one that is inactive belongs to the others as well, and goes where its record goes.
static void moving_an_inactive_device_moves_the_line_of_the_others(void **state)
{
    struct message *first = connect(0), *second = connect(1);
    uint32_t to = (first->cpu + 1) % CPU_COUNT;

    assert_int_equal(irq_deactivate(first->set), RESULT_OK);
    assert_int_equal(retarget_message(irq_vectors(), first, to, (struct group_affinity){0, BIT(to)}), RESULT_OK);
    assert_int_equal(first->cpu, to);
    assert_int_equal(second->cpu, to);
    assert_int_equal(sharers[1].source.words[0].address.address, second->info.message_address.address);
    assert_int_equal(sharers[1].source.words[0].data, second->info.vector);
    assert_int_equal(irq_deactivate(second->set), RESULT_OK);
    assert_int_equal(retarget_message(irq_vectors(), first, 0, (struct group_affinity){0, 1}), RESULT_OK);
    assert_int_equal(irq_activate(second->set), RESULT_OK);
    assert_int_equal(sharers[1].source.words[0].address.address, second->info.message_address.address);
    assert_int_equal(irq_disconnect(first->set), RESULT_OK);
    assert_int_equal(irq_disconnect(second->set), RESULT_OK);
    assert_int_equal(free_total(), CPU_COUNT * VECTOR_DEVICE_COUNT);
}

static void hear_nothing(uint32_t cpu, uint32_t vector) {}

// The others' records have the place that did not drain as well: what comes there late is theirs, and the next move of
// any of them, or the last to leave, gives it back.
static void a_place_that_did_not_drain_belongs_to_all_on_the_line(void **state)
{
    struct message *first = connect(0), *second = connect(1);
    uint32_t from = first->cpu, to = (from + 1) % CPU_COUNT, vector = first->info.vector;

    fake_host.on_ipi = hear_nothing;
    assert_int_equal(retarget_message(irq_vectors(), second, to, (struct group_affinity){0, BIT(to)}), RESULT_TIMEOUT);
    fake_host.on_ipi = deliver_ipi;
    assert_int_equal(vector_matrix_counts(irq_vectors(), from).draining, 1);
    fake_host_deliver(from, vector);
    assert_int_equal(sharers[0].taken, 1);
    assert_int_equal(message_count_all(first), 1);
    assert_int_equal(message_count_all(second), 1);
    assert_int_equal(retarget_message(irq_vectors(), first, from, (struct group_affinity){0, BIT(from)}), RESULT_OK);
    assert_int_equal(vector_matrix_counts(irq_vectors(), from).draining, 0);
    assert_int_equal(vector_matrix_counts(irq_vectors(), to).free, VECTOR_DEVICE_COUNT);
    assert_int_equal(message_count_all(first), 1);
    assert_int_equal(message_count_all(second), 1);
    assert_int_equal(irq_disconnect(first->set), RESULT_OK);
    assert_int_equal(irq_disconnect(second->set), RESULT_OK);
    assert_int_equal(free_total(), CPU_COUNT * VECTOR_DEVICE_COUNT);
}

static void the_last_on_a_line_gives_back_what_did_not_drain_before_it_came(void **state)
{
    struct message *first = connect(0);
    uint32_t from = first->cpu, to = (from + 1) % CPU_COUNT;

    fake_host.on_ipi = hear_nothing;
    assert_int_equal(retarget_message(irq_vectors(), first, to, (struct group_affinity){0, BIT(to)}), RESULT_TIMEOUT);
    fake_host.on_ipi = deliver_ipi;
    struct message *second = connect(1);
    assert_int_equal(irq_disconnect(first->set), RESULT_OK);
    assert_int_equal(vector_matrix_counts(irq_vectors(), from).draining, 1);
    assert_int_equal(irq_disconnect(second->set), RESULT_OK);
    assert_int_equal(free_total(), CPU_COUNT * VECTOR_DEVICE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_second_device_on_a_line_gets_the_firsts_cpu_and_vector, set_up),
        cmocka_unit_test_setup(the_one_that_stays_keeps_the_place_and_the_last_one_gives_it_back, set_up),
        cmocka_unit_test_setup(a_second_device_whose_hardware_refuses_leaves_the_first_alone, set_up),
        cmocka_unit_test_setup(the_lines_object_speaks_for_one_that_is_there, set_up),
        cmocka_unit_test_setup(two_lines_never_have_one_vector_number, set_up),
        cmocka_unit_test_setup(devices_on_one_line_move_together, set_up),
        cmocka_unit_test_setup(moving_an_inactive_device_moves_the_line_of_the_others, set_up),
        cmocka_unit_test_setup(a_place_that_did_not_drain_belongs_to_all_on_the_line, set_up),
        cmocka_unit_test_setup(the_last_on_a_line_gives_back_what_did_not_drain_before_it_came, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
