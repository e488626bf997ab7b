// Service routines behind a lock: one at a time, at the highest level of those who share it, wherever they move.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c

#include "kernel/core/interrupt_lock.h"
#include "kernel/core/irq.h"
#include "kernel/core/retarget.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/runtime/log.h"
#include "tests/fakes/host.h"
#include "tests/fakes/message_source.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { CPU_COUNT = 2, MESSAGE_COUNT = 4 };

static struct device first, second;
static struct fake_source first_msix, second_msix, second_line;
static struct interrupt_lock lock;
static enum irql seen;
static uint32_t runs;
static struct output_buffer screen;
static char text[8192];

static bool routine(const struct interrupt *self)
{
    assert_ptr_equal(self->context, &runs);
    assert_int_equal(lock.held, 1);
    assert_true(fake_host.interrupts_on);
    seen = irql_current();
    runs++;
    return true;
}

static bool critical(void *context)
{
    assert_int_equal(lock.held, 1);
    seen = irql_current();
    return *(bool *)context;
}

static struct irq_request request_for(struct device *device, enum irq_priority priority, enum irql synchronize_irql)
{
    return (struct irq_request){
        .device = &device->irq,
        .routine = routine,
        .context = &runs,
        .minimum = 1,
        .maximum = MESSAGE_COUNT,
        .priority = priority,
        .lock = &lock,
        .synchronize_irql = synchronize_irql,
    };
}

static void deliver_ipi(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static int start(void **state)
{
    return cpu_table_create(CPU_COUNT) == RESULT_OK ? 0 : -1;
}

static int set_up(void **state)
{
    struct irq_options options = {0};

    fake_host_reset();
    fake_host.on_ipi = deliver_ipi;
    memset(&first, 0, sizeof(first));
    memset(&second, 0, sizeof(second));
    memset(&lock, 0, sizeof(lock));
    fake_source_start(&first_msix, &first, MESSAGE_MSIX, MESSAGE_COUNT);
    fake_source_start(&second_msix, &second, MESSAGE_MSIX, MESSAGE_COUNT);
    for (uint32_t i = 0; i < CPU_COUNT; i++)
        cpu_state_set(i, CPU_ONLINE);
    vector_matrix_destroy(irq_vectors());
    runs = 0;
    seen = IRQL_PASSIVE;
    output_buffer_start(&screen, text, sizeof(text));
    log_show(&screen.output, LOG_DEBUG);
    return irq_initialise(&options) == RESULT_OK ? 0 : -1;
}

static struct message_set *connect(const struct irq_request *request)
{
    struct irq_grant grant = {0};

    assert_int_equal(irq_connect(request, &grant), RESULT_OK);
    return grant.messages;
}

static void assert_refused(const struct irq_request *request, const char *words)
{
    struct irq_grant grant = {0};

    assert_int_equal(irq_connect(request, &grant), RESULT_INVALID);
    assert_null(request->device->messages);
    if (!strstr(text, words))
        fail_msg("\"%s\" is not in: %s", words, text);
}

static void deliver(const struct message *message)
{
    fake_host_deliver(message->cpu, message->info.vector);
}

// Fills the rows of one priority on a CPU.
static void fill_row(uint32_t cpu, enum irql row)
{
    assert_int_equal(vector_matrix_reserve_at(irq_vectors(), cpu, row * VECTOR_ROW, VECTOR_ROW), RESULT_OK);
}

static void a_routine_with_a_lock_holds_it_at_the_highest_level_of_its_set(void **state)
{
    fill_row(1, 8); // so the messages of processor 1 are a row lower
    struct irq_request request = request_for(&first, IRQ_PRIORITY_NORMAL, 0);
    struct message_set *set = connect(&request);

    assert_int_equal(set->unified_irql, 8);
    assert_int_equal(lock.irql, 8);
    message_for_each (set, message) {
        assert_int_equal(message->info.irql, message->cpu ? 7 : 8);
        uint32_t looks = fake_host.level_reads;
        deliver(message);
        assert_int_equal(fake_host.level_reads, looks + 1); // the routine's own
        assert_int_equal(seen, 8);
    }
    assert_int_equal(runs, MESSAGE_COUNT);
    assert_int_equal(lock.held, 0);
    assert_int_equal(fake_host.cr8, IRQL_PASSIVE);
    irq_disconnect(set);
    assert_int_equal(lock.set_count, 0);
}

static void without_a_lock_the_slot_holds_the_drivers_own_routine(void **state)
{
    struct irq_request request = request_for(&first, IRQ_PRIORITY_NORMAL, 0);

    request.lock = NULL;
    struct message_set *set = connect(&request);
    assert_ptr_equal(set->messages[0].info.interrupt_object->routine, routine);
    irq_disconnect(set);
}

static void let_go(void)
{
    lock.held = 0;
}

static void a_routine_spins_until_the_lock_is_free(void **state)
{
    struct irq_request request = request_for(&first, IRQ_PRIORITY_HIGH, 0);
    struct message_set *set = connect(&request);

    lock.held = 1;
    fake_host.on_relax = let_go;
    deliver(&set->messages[0]);
    assert_int_equal(fake_host.relax_count, 1);
    assert_int_equal(runs, 1);
    irq_disconnect(set);
}

static void synchronizing_runs_at_the_same_level_with_the_lock_held(void **state)
{
    struct irq_request request = request_for(&first, IRQ_PRIORITY_LOW, 9);
    struct message_set *set = connect(&request);
    bool answer = true;

    assert_true(interrupt_synchronize(set, critical, &answer));
    assert_int_equal(seen, 9);
    answer = false;
    assert_false(interrupt_synchronize(set, critical, &answer));
    assert_int_equal(lock.held, 0);
    assert_int_equal(fake_host.cr8, IRQL_PASSIVE);
    irq_disconnect(set);
}

static void synchronizing_above_the_level_is_reported_and_refused(void **state)
{
    struct irq_request request = request_for(&first, IRQ_PRIORITY_LOW, 9);
    struct message_set *set = connect(&request);
    bool answer = true;

    fake_host.irql = IRQL_CLOCK;
    assert_false(interrupt_synchronize(set, critical, &answer));
    assert_int_equal(seen, IRQL_PASSIVE);
    assert_non_null(strstr(text, "interrupt_synchronize called above its level 9, current level 13"));
    fake_host.irql = IRQL_PASSIVE;
    irq_disconnect(set);
}

static void a_synchronize_level_below_a_message_is_refused_with_both_numbers(void **state)
{
    struct irq_request request = request_for(&first, IRQ_PRIORITY_NORMAL, 7);

    assert_refused(&request, "synchronize IRQL below the highest message's: 7 against 8");
    assert_int_equal(lock.set_count, 0);
    assert_int_equal(vector_matrix_counts(irq_vectors(), 0).free, VECTOR_DEVICE_COUNT);
}

static void a_synchronize_level_above_the_devices_or_without_a_lock_is_refused(void **state)
{
    struct irq_request request = request_for(&first, IRQ_PRIORITY_NORMAL, IRQL_CLOCK);

    assert_refused(&request, "synchronize IRQL above the devices': 13 against 11");
    request.synchronize_irql = 9;
    request.lock = NULL;
    assert_refused(&request, "synchronize IRQL without a lock, highest message: 9 against 8");
}

static void two_devices_share_a_lock_at_the_level_of_the_first(void **state)
{
    struct irq_request high = request_for(&first, IRQ_PRIORITY_HIGH, 0);
    struct irq_request low = request_for(&second, IRQ_PRIORITY_LOW, 0);
    struct message_set *high_set = connect(&high), *low_set = connect(&low);

    deliver(&low_set->messages[0]);
    assert_int_equal(low_set->messages[0].info.irql, 5);
    assert_int_equal(seen, 11);
    irq_disconnect(high_set);
    deliver(&low_set->messages[0]);
    assert_int_equal(seen, 11);
    irq_disconnect(low_set);
}

static void a_device_above_the_level_of_a_lock_in_use_is_refused(void **state)
{
    struct irq_request low = request_for(&first, IRQ_PRIORITY_LOW, 0);
    struct irq_request high = request_for(&second, IRQ_PRIORITY_HIGH, 0);
    struct message_set *set = connect(&low);

    assert_refused(&high, "synchronize IRQL above the one another device uses this lock at: 11 against 5");
    irq_disconnect(set);
    set = connect(&high);
    assert_int_equal(lock.irql, 11);
    irq_disconnect(set);
}

static void a_line_takes_its_lock_at_the_highest_device_level(void **state)
{
    second.irq.sources[MESSAGE_MSIX] = NULL;
    fake_source_start(&second_line, &second, MESSAGE_LINE, 1);
    struct irq_request request = request_for(&second, IRQ_PRIORITY_LOW, 0);
    struct message_set *set = connect(&request);

    deliver(&set->messages[0]);
    assert_int_equal(seen, IRQL_DEVICE_HIGHEST);
    irq_disconnect(set);
}

static void a_message_that_moves_stays_at_or_below_the_level_of_its_lock(void **state)
{
    fill_row(0, 8);
    fill_row(1, 8);
    struct irq_request request = request_for(&first, IRQ_PRIORITY_NORMAL, 0);
    struct message_set *set = connect(&request);
    struct message *message = &set->messages[0];
    struct group_affinity all = message->info.target_processor_set;

    assert_int_equal(lock.irql, 7);
    for (uint32_t vector = 8 * VECTOR_ROW; vector < 9 * VECTOR_ROW; vector++)
        vector_matrix_free(irq_vectors(), 1, vector);
    assert_int_equal(retarget_message(irq_vectors(), message, 1, all), RESULT_OK);
    assert_int_equal(message->info.irql, 7);
    deliver(message);
    assert_int_equal(seen, 7);
    irq_disconnect(set);
}

static void a_move_that_could_only_go_above_the_lock_finds_no_vectors(void **state)
{
    struct irq_request request = request_for(&first, IRQ_PRIORITY_NORMAL, 0);
    struct message_set *set = connect(&request);
    struct message *message = &set->messages[0];
    struct group_affinity all = message->info.target_processor_set;
    uint32_t other = message->cpu ? 0 : 1, vector;

    while (vector_matrix_reserve(irq_vectors(), other, 3, 8, 1, &vector) == RESULT_OK && vector < 9 * VECTOR_ROW)
        continue;
    uint32_t free = vector_matrix_counts(irq_vectors(), other).free, cpu = message->cpu;
    assert_int_equal(retarget_message(irq_vectors(), message, other, all), RESULT_NO_VECTORS);
    assert_int_equal(message->cpu, cpu);
    assert_int_equal(vector_matrix_counts(irq_vectors(), other).free, free);
    deliver(message);
    assert_int_equal(runs, 1);
    irq_disconnect(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_routine_with_a_lock_holds_it_at_the_highest_level_of_its_set, set_up),
        cmocka_unit_test_setup(without_a_lock_the_slot_holds_the_drivers_own_routine, set_up),
        cmocka_unit_test_setup(a_routine_spins_until_the_lock_is_free, set_up),
        cmocka_unit_test_setup(synchronizing_runs_at_the_same_level_with_the_lock_held, set_up),
        cmocka_unit_test_setup(synchronizing_above_the_level_is_reported_and_refused, set_up),
        cmocka_unit_test_setup(a_synchronize_level_below_a_message_is_refused_with_both_numbers, set_up),
        cmocka_unit_test_setup(a_synchronize_level_above_the_devices_or_without_a_lock_is_refused, set_up),
        cmocka_unit_test_setup(two_devices_share_a_lock_at_the_level_of_the_first, set_up),
        cmocka_unit_test_setup(a_device_above_the_level_of_a_lock_in_use_is_refused, set_up),
        cmocka_unit_test_setup(a_line_takes_its_lock_at_the_highest_device_level, set_up),
        cmocka_unit_test_setup(a_message_that_moves_stays_at_or_below_the_level_of_its_lock, set_up),
        cmocka_unit_test_setup(a_move_that_could_only_go_above_the_lock_finds_no_vectors, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
