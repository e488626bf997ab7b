// Waiting for a CPU to drain: without sleeping where it answers soon, woken where it does not, never for ever.
// sources: tests/fakes/heap.c tests/fakes/host.c tests/fakes/events.c

#include "tests/fakes/fence.h"

#include "kernel/core/drain.c"

#include "kernel/runtime/vectors.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { OTHER = 3 };

static bool is_sent;   // the drain interrupt is on its way
static uint32_t delay; // turns until it is taken
static uint32_t wakes; // sent to the waiter

static void send(uint32_t cpu, uint32_t vector)
{
    if (vector == VECTOR_DRAIN)
        is_sent = true;
    wakes += vector == VECTOR_IPI_WAKE;
    if (vector == VECTOR_IPI_WAKE) {
        assert_int_equal(cpu, 0);
        fake_host_deliver(cpu, vector);
    }
}

static void arrive(void)
{
    if (!is_sent || delay) {
        delay -= is_sent;
        return;
    }
    is_sent = false;
    fake_host_deliver(OTHER, VECTOR_DRAIN);
}

static int set_up(void **state)
{
    fake_host_reset();
    drain_prepare(0);
    drain_prepare(OTHER);
    fake_host.on_ipi = send;
    fake_host.on_relax = fake_host.on_idle = arrive;
    is_sent = false;
    delay = wakes = 0;
    return 0;
}

static void a_cpu_that_answers_soon_is_not_slept_for_and_wakes_nobody(void **state)
{
    delay = 5;
    assert_int_equal(drain_cpu(OTHER), RESULT_OK);
    assert_int_equal(fake_host.counts[OTHER][VECTOR_DRAIN], 2);
    assert_int_equal(fake_host.relax_count, 6 + 1);
    assert_int_equal(fake_host.idle_count, 0);
    assert_int_equal(wakes, 0);
}

static void a_cpu_that_answers_late_wakes_the_sleeper(void **state)
{
    delay = 200;
    assert_int_equal(drain_cpu(OTHER), RESULT_OK);
    assert_true(fake_host.idle_count > 0);
    assert_int_equal(wakes, 1);
    assert_true(fake_host.interrupts_on);
}

// Count before is_asleep, or else the waiter and the routine both miss the other's store.
static void the_routine_looks_for_a_sleeper_behind_a_fence(void **state)
{
    event_clear();
    assert_true(drain_routine(&drain_object));
    event_expect_all(&(const struct event){EVENT_FENCE}, 1);
}

static void afterwards_nobody_is_taken_for_asleep(void **state)
{
    delay = 200;
    assert_int_equal(drain_cpu(OTHER), RESULT_OK);
    delay = wakes = 0;
    assert_int_equal(drain_cpu(OTHER), RESULT_OK);
    assert_int_equal(wakes, 0);
}

static uint32_t in_service_before_second; // what the other CPU had served when the second interrupt was sent

static void send_in_turn(uint32_t cpu, uint32_t vector)
{
    if (fake_host.ipi_count == 2)
        in_service_before_second = (uint32_t)fake_host.counts[OTHER][VECTOR_DRAIN];
    send(cpu, vector);
}

// Sent together they would be accepted together, and two prove no more than one.
static void the_second_interrupt_is_sent_when_the_first_was_served(void **state)
{
    fake_host.on_ipi = send_in_turn;
    delay = 5;
    in_service_before_second = 0;
    assert_int_equal(drain_cpu(OTHER), RESULT_OK);
    assert_int_equal(fake_host.ipi_count, 2);
    assert_int_equal(in_service_before_second, 1);
}

static void take_at_once(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static void the_callers_own_cpu_has_drained_when_the_interrupt_is_taken(void **state)
{
    fake_host.on_ipi = take_at_once;
    assert_int_equal(drain_cpu(0), RESULT_OK);
    assert_int_equal(fake_host.idle_count, 0);
    assert_int_equal(fake_host.counts[0][VECTOR_DRAIN], 2);
    assert_int_equal(fake_host.counts[0][VECTOR_IPI_WAKE], 0);
}

static void arrive_here(void)
{
    fake_host_deliver(0, VECTOR_DRAIN);
}

static void who_sleeps_for_itself_needs_no_waking(void **state)
{
    fake_host.on_relax = NULL;
    fake_host.on_idle = arrive_here;
    assert_int_equal(drain_cpu(0), RESULT_OK);
    assert_int_equal(fake_host.idle_count, 2);
    assert_int_equal(wakes, 0);
}

static void a_cpu_that_never_answers_is_waited_for_five_seconds(void **state)
{
    delay = UINT32_MAX;
    uint64_t before = fake_host.nanoseconds;
    assert_int_equal(drain_cpu(OTHER), RESULT_TIMEOUT);
    assert_in_range(fake_host.nanoseconds - before, UINT64_C(5000000000), UINT64_C(5100000000));
}

// From then on one answer is not believed: it may be the late one. The last test, for it stays so.
static void after_a_late_answer_one_more_is_asked_for(void **state)
{
    assert_int_equal(drain_cpu(OTHER), RESULT_OK);
    assert_int_equal(fake_host.counts[OTHER][VECTOR_DRAIN], 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_cpu_that_answers_soon_is_not_slept_for_and_wakes_nobody, set_up),
        cmocka_unit_test_setup(a_cpu_that_answers_late_wakes_the_sleeper, set_up),
        cmocka_unit_test_setup(the_routine_looks_for_a_sleeper_behind_a_fence, set_up),
        cmocka_unit_test_setup(afterwards_nobody_is_taken_for_asleep, set_up),
        cmocka_unit_test_setup(the_second_interrupt_is_sent_when_the_first_was_served, set_up),
        cmocka_unit_test_setup(the_callers_own_cpu_has_drained_when_the_interrupt_is_taken, set_up),
        cmocka_unit_test_setup(who_sleeps_for_itself_needs_no_waking, set_up),
        cmocka_unit_test_setup(a_cpu_that_never_answers_is_waited_for_five_seconds, set_up),
        cmocka_unit_test_setup(after_a_late_answer_one_more_is_asked_for, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
