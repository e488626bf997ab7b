// The proof of priorities, on local APICs that are right and wrong: it passes only where levels hold.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c

#include "kernel/core/irq.h"
#include "kernel/inventory/driver.h"
#include "kernel/proof/preempt_check.h"
#include "tests/fakes/host.h"
#include "tests/fakes/message_source.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { LOW_MESSAGES = 2 };

static struct device low, high;
static struct fake_source low_source, high_source;
static struct preempt_check check;
static uint32_t taken; // by the drivers' own routines
static void (*arrive)(uint32_t cpu, uint32_t vector);

static bool routine(const struct interrupt *self)
{
    taken++;
    return true;
}

static enum result fire(struct device *device, uint32_t index)
{
    const struct message *message = message_find(&device->irq, index);

    arrive(message->cpu, message->info.vector);
    return RESULT_OK;
}

static bool can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return true;
}

static bool doorbell(const struct device *device, uint32_t index, struct driver_doorbell *found)
{
    return true;
}

static const struct driver driver = {.name = "storer", .fire = fire, .can_fire = can_fire, .doorbell = doorbell};
static const struct driver waiting_driver = {.name = "waiter", .fire = fire, .can_fire = can_fire};

static void connect(struct device *device, enum irq_priority priority, uint32_t count)
{
    struct irq_request request = {
        .device = &device->irq, .routine = routine, .priority = priority, .minimum = count, .maximum = count};
    struct irq_grant grant;

    device->driver = &driver;
    assert_int_equal(irq_connect(&request, &grant), RESULT_OK);
}

static int start(void **state)
{
    static const struct irq_options options;

    fake_host_reset();
    if (cpu_table_create(1) != RESULT_OK)
        return -1;
    cpu_state_set(0, CPU_ONLINE);
    if (irq_initialise(&options) != RESULT_OK)
        return -1;
    fake_source_start(&low_source, &low, MESSAGE_MSIX, LOW_MESSAGES);
    fake_source_start(&high_source, &high, MESSAGE_MSIX, 1);
    connect(&low, IRQ_PRIORITY_LOW, LOW_MESSAGES);
    connect(&high, IRQ_PRIORITY_HIGH, 1);
    return 0;
}

static int set_up(void **state)
{
    low.driver = high.driver = &driver;
    arrive = fake_host_arrive;
    taken = 0;
    return 0;
}

static void assert_slots_restored(void)
{
    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message)
            assert_ptr_equal(fake_host.slots[message->cpu][message->info.vector], message->info.interrupt_object);
}

static void assert_passed(bool higher, bool lower, bool level, bool message)
{
    assert_int_equal(preempt_check_run(&check), RESULT_OK);
    assert_int_equal(check.count, PREEMPT_KIND_COUNT);
    assert_int_equal(check.trials[PREEMPT_HIGHER].passed, higher);
    assert_int_equal(check.trials[PREEMPT_LOWER].passed, lower);
    assert_int_equal(check.trials[PREEMPT_SAME_LEVEL].passed, level);
    assert_int_equal(check.trials[PREEMPT_SAME_MESSAGE].passed, message);
    assert_slots_restored();
}

static void levels_that_hold_pass_and_the_drivers_routines_took_every_message(void **state)
{
    assert_passed(true, true, true, true);
    assert_int_equal(taken, 2 * PREEMPT_KIND_COUNT);
    const struct preempt_trial *trial = &check.trials[PREEMPT_HIGHER];
    assert_ptr_equal(device_of(trial->outer.message->set), &low);
    assert_ptr_equal(device_of(trial->inner.message->set), &high);
    assert_int_equal(trial->inner.irql, 11);
    assert_true(trial->fired <= trial->inner.started && trial->inner.ended < trial->outer.ended);
}

static void deliver_at_once(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static void messages_that_nest_on_their_own_level_or_a_higher_one_fail(void **state)
{
    arrive = deliver_at_once;
    assert_passed(true, false, false, false);
}

// Interrupts stay off during a routine: nothing preempts.
static void deliver_afterwards(uint32_t cpu, uint32_t vector)
{
    static uint32_t later;
    static bool is_inside;

    if (is_inside) {
        later = vector;
        return;
    }
    is_inside = true;
    fake_host_deliver(cpu, vector);
    is_inside = false;
    if (later)
        fake_host_deliver(cpu, later);
    later = 0;
}

static void a_higher_message_that_has_to_wait_fails(void **state)
{
    arrive = deliver_afterwards;
    assert_passed(false, true, true, true);
}

static void deliver_twice(uint32_t cpu, uint32_t vector)
{
    bool is_outer = host_irql_current() == IRQL_PASSIVE;

    fake_host_arrive(cpu, vector);
    if (!is_outer)
        return;
    fake_host_deliver(cpu, vector);
}

static void a_message_that_comes_twice_fails(void **state)
{
    arrive = deliver_twice;
    assert_passed(false, false, false, false);
}

static void deliver_outer_only(uint32_t cpu, uint32_t vector)
{
    if (host_irql_current() == IRQL_PASSIVE)
        fake_host_deliver(cpu, vector);
}

static void a_message_that_does_not_come_fails_in_bounded_time(void **state)
{
    uint64_t before = fake_host.nanoseconds;

    arrive = deliver_outer_only;
    assert_passed(false, false, false, false);
    assert_true(fake_host.nanoseconds - before < UINT64_C(6000000000));
}

static void without_two_levels_only_the_same_level_is_tried(void **state)
{
    high.driver = &waiting_driver;
    assert_int_equal(preempt_check_run(&check), RESULT_OK);
    assert_int_equal(check.count, 2);
    assert_int_equal(check.trials[0].kind, PREEMPT_SAME_LEVEL);
    assert_true(check.trials[0].passed && check.trials[1].passed);
}

static void without_a_driver_that_fires_by_a_store_there_is_nothing_to_try(void **state)
{
    low.driver = high.driver = &waiting_driver;
    assert_int_equal(preempt_check_run(&check), RESULT_UNSUPPORTED);
    assert_int_equal(check.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(levels_that_hold_pass_and_the_drivers_routines_took_every_message, set_up),
        cmocka_unit_test_setup(messages_that_nest_on_their_own_level_or_a_higher_one_fail, set_up),
        cmocka_unit_test_setup(a_higher_message_that_has_to_wait_fails, set_up),
        cmocka_unit_test_setup(a_message_that_comes_twice_fails, set_up),
        cmocka_unit_test_setup(a_message_that_does_not_come_fails_in_bounded_time, set_up),
        cmocka_unit_test_setup(without_two_levels_only_the_same_level_is_tried, set_up),
        cmocka_unit_test_setup(without_a_driver_that_fires_by_a_store_there_is_nothing_to_try, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
