// The benchmark of what changes routes, and of disks: all is as before afterwards.
// sources: tests/fakes/bench_machine.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c

#include "kernel/core/message.h"
#include "kernel/runtime/vectors.h"
#include "tests/fakes/bench_machine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int start(void **state)
{
    bench_machine_start();
    return 0;
}

static int set_up(void **state)
{
    bench_machine_reset();
    return 0;
}

static void a_lent_device_gets_its_messages_back(void **state)
{
    struct bench_outcome outcome = bench_machine_measure("connect_8");

    assert_int_equal(outcome.result, RESULT_OK);
    assert_int_equal(outcome.statistics.count, 100);
    assert_null(outcome.detail_name);
    assert_non_null(strstr(bench_machine.rows_source.calls,
                           "open(8) write(0) write(1) write(2) write(3) write(4) write(5) write(6) "
                           "write(7) unmask(0)"));
    bench_machine_assert_as_before();
    outcome = bench_machine_measure("connect_64");
    assert_int_equal(outcome.result, RESULT_OK);
    assert_string_equal(outcome.detail_name, "bytes");
    bench_machine_assert_as_before();
}

static void more_messages_than_the_device_or_the_machine_has_are_left_out(void **state)
{
    assert_string_equal(bench_machine_measure("connect_512").reason,
                        "no device here has more than 64 messages to lend");
    bench_machine.rows_source.source.capacity = 2048;
    assert_string_equal(bench_machine_measure("connect_2048").reason, "287 vectors free on all processors");
    bench_machine.rows_source.source.capacity = ROWS_MORE;
    bench_machine_assert_as_before();
}

static void a_connection_that_fails_is_told_and_the_driver_has_its_messages(void **state)
{
    bench_machine.rows_source.write_result = RESULT_MISMATCH;
    assert_int_equal(bench_machine_measure("connect_8").result, RESULT_MISMATCH);
    bench_machine.rows_source.write_result = RESULT_OK;
    // The hardware keeps nothing: nor could what was lent be given back.
    assert_null(bench_machine.rows.irq.messages);
    bench_machine_connect_rows();
    bench_machine_assert_as_before();
}

static void a_message_moves_to_and_fro_and_lives_where_it_did(void **state)
{
    struct bench_outcome outcome = bench_machine_measure("retarget");

    assert_int_equal(outcome.result, RESULT_OK);
    assert_int_equal(outcome.statistics.count, 200);
    bench_machine_assert_as_before();
}

static void a_cpu_goes_offline_loaded_and_comes_back_with_its_load(void **state)
{
    struct bench_outcome outcome = bench_machine_measure("offline");

    assert_int_equal(outcome.result, RESULT_OK);
    assert_int_equal(outcome.detail, 3);
    assert_string_equal(outcome.detail_name, "messages");
    assert_int_equal(cpu_get(1)->state, CPU_ONLINE);
    bench_machine_assert_as_before();
}

static void one_processor_moves_nothing(void **state)
{
    cpu_state_set(1, CPU_OFFLINE);
    assert_string_equal(bench_machine_measure("retarget").reason, "a move takes two processors");
    assert_string_equal(bench_machine_measure("offline").reason, "the only processor cannot go offline");
    cpu_state_set(1, CPU_ONLINE);
}

static bool is_held; // an interrupt to oneself waits until interrupts are on

static void hold(uint32_t cpu, uint32_t vector)
{
    is_held = !fake_host.interrupts_on;
    if (!is_held)
        fake_host_arrive(cpu, vector);
}

// What is held ends the sleep before it has begun; else the disk's interrupt comes when it has lasted its time.
static void wake(void)
{
    fake_host.idle_since = fake_host.nanoseconds - (is_held ? 0 : SLEEP);
    fake_host_deliver(0,
                      is_held ? (uint32_t)VECTOR_IPI_WAKE : bench_machine.rows.irq.messages->messages[0].info.vector);
    fake_host.idle_since = 0;
    is_held = false;
}

// The played clock moves a step a look, so little is left but the sleep.
static void what_a_disk_read_sleeps_is_not_counted(void **state)
{
    fake_host.on_ipi = hold;
    fake_host.on_idle = wake;
    struct bench_outcome outcome = bench_machine_measure("nvme_read_4k");
    fake_host.on_ipi = fake_host_arrive;
    assert_int_equal(outcome.result, RESULT_OK);
    assert_int_equal(outcome.statistics.count, 200);
    assert_true(outcome.statistics.max < SLEEP / 10);
    bench_machine_assert_as_before();
}

static uint64_t asked, answered, asleep_at;

static enum result ask(struct device *device, uint32_t index)
{
    asked++;
    asleep_at = fake_host.nanoseconds;
    return RESULT_OK;
}

static struct driver_answers answers(const struct device *device, uint32_t index)
{
    return (struct driver_answers){.shots = answered};
}

// All is answered by two interrupts, the second before the CPU is out of the sleep that the first has ended.
static void wake_twice(void)
{
    if (is_held) {
        wake();
        return;
    }
    fake_host.idle_since = asleep_at;
    for (uint32_t i = 0; i < 4; i += 2)
        fake_host_deliver(0, bench_machine.rows.irq.messages->messages[i].info.vector);
    fake_host.idle_since = 0;
    answered = asked;
}

static void a_sleep_that_two_interrupts_ended_is_left_out_once(void **state)
{
    struct driver deep = *bench_machine.rows.driver;
    deep.fire = ask;
    deep.answers = answers;
    bench_machine.rows.driver = &deep;
    fake_host.on_ipi = hold;
    fake_host.on_idle = wake_twice;
    struct bench_outcome outcome = bench_machine_measure("nvme_read_4k_depth_32");
    fake_host.on_ipi = fake_host_arrive;
    assert_int_equal(outcome.result, RESULT_OK);
    assert_int_equal(outcome.statistics.count, 200);
    assert_int_equal(outcome.rejected, 0);
    assert_true(outcome.statistics.max < SLEEP / 10);
}

static void clock_ends_sleep(void)
{
    fake_host.counts[0][VECTOR_CLOCK]++;
    wake();
}

static void a_read_whose_sleep_the_clock_has_ended_is_not_kept(void **state)
{
    fake_host.on_ipi = hold;
    fake_host.on_idle = clock_ends_sleep;
    struct bench_outcome outcome = bench_machine_measure("nvme_read_4k");
    fake_host.on_ipi = fake_host_arrive;
    assert_string_equal(outcome.reason, "no read ended so, before the clock's own interrupt");
    bench_machine_assert_as_before();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_lent_device_gets_its_messages_back, set_up),
        cmocka_unit_test_setup(more_messages_than_the_device_or_the_machine_has_are_left_out, set_up),
        cmocka_unit_test_setup(a_connection_that_fails_is_told_and_the_driver_has_its_messages, set_up),
        cmocka_unit_test_setup(a_message_moves_to_and_fro_and_lives_where_it_did, set_up),
        cmocka_unit_test_setup(a_cpu_goes_offline_loaded_and_comes_back_with_its_load, set_up),
        cmocka_unit_test_setup(one_processor_moves_nothing, set_up),
        cmocka_unit_test_setup(what_a_disk_read_sleeps_is_not_counted, set_up),
        cmocka_unit_test_setup(a_sleep_that_two_interrupts_ended_is_left_out_once, set_up),
        cmocka_unit_test_setup(a_read_whose_sleep_the_clock_has_ended_is_not_kept, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
