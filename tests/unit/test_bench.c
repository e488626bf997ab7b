// The benchmark: how the clock counts, what of a message is counted, what of the boot.
// sources: tests/fakes/bench_machine.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c

#include "kernel/bench/bench_boot.h"
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

static void nops_that_count_themselves_make_instructions_of_ticks(void **state)
{
    struct bench_clock clock;

    for (bench_machine.ticks = 1; bench_machine.ticks <= 64; bench_machine.ticks *= 2) {
        bench_clock_calibrate(&clock);
        assert_int_equal(clock.ticks, bench_machine.ticks);
        assert_int_equal(clock.reading, READING * bench_machine.ticks);
    }
}

static void one_nop_more_or_less_in_any_round_makes_cycles(void **state)
{
    struct bench_clock clock;

    for (bench_machine.odd_round = 1; bench_machine.odd_round <= 3; bench_machine.odd_round++) {
        bench_machine.round_count = 0;
        bench_clock_calibrate(&clock);
        assert_int_equal(clock.ticks, 0);
    }
}

static void entry_and_exit_leave_the_readings_and_the_body_out(void **state)
{
    for (bench_machine.ticks = 1; bench_machine.ticks <= 8; bench_machine.ticks *= 8) {
        struct bench_outcome entry = bench_machine_measure("message_entry"),
                             leave = bench_machine_measure("message_exit");
        assert_int_equal(entry.result, RESULT_OK);
        assert_int_equal(entry.statistics.count, BENCH_SAMPLE_LIMIT);
        assert_int_equal(entry.statistics.median, ENTRY);
        assert_int_equal(entry.statistics.max, ENTRY);
        assert_int_equal(leave.statistics.median, EXIT);
        assert_int_equal(bench_machine_measure("message_round_trip").statistics.median, ENTRY + EXIT);
        assert_int_equal(bench_machine_measure("msix_round_trip").statistics.median, ENTRY + EXIT);
    }
    bench_machine_assert_as_before();
}

static void a_median_above_the_budget_is_over_where_instructions_are_counted(void **state)
{
    assert_false(bench_machine_measure("message_entry").is_over);
    bench_machine.extra = 3;
    assert_true(bench_machine_measure("message_entry").is_over);
    bench_machine.odd_round = bench_machine.round_count + 1;
    struct bench_outcome outcome = bench_machine_measure("message_entry");
    assert_false(outcome.in_instructions);
    assert_false(outcome.is_over);
}

// READING, and nothing between, is what a clock of time says when it stood still; less, when it went back.
static void a_trial_that_the_clock_did_not_measure_is_counted_and_no_sample(void **state)
{
    static const uint64_t back[] = {0, 500};

    for (uint32_t i = 0; i < ARRAY_COUNT(back); i++) {
        bench_machine_reset();
        bench_machine.odd_round = 1;
        bench_machine.stalls = 5;
        bench_machine.back = back[i];
        struct bench_outcome outcome = bench_machine_measure("message_round_trip");
        assert_int_equal(outcome.result, RESULT_OK);
        assert_false(outcome.in_instructions);
        assert_int_equal(outcome.statistics.min, ENTRY + EXIT);
        assert_int_equal(outcome.statistics.count, BENCH_SAMPLE_LIMIT);
        assert_int_equal(outcome.rejected, BENCH_SAMPLE_LIMIT / 4 - 1);
    }
}

static void where_the_clock_measures_no_trial_the_figure_is_left_out(void **state)
{
    bench_machine.odd_round = bench_machine.stalls = 1;
    struct bench_outcome outcome = bench_machine_measure("message_entry");

    assert_int_equal(outcome.result, RESULT_UNSUPPORTED);
    assert_string_equal(outcome.reason, "the clock stood still in every trial: 2000");
    bench_machine_assert_as_before();
}

static void a_cycle_an_operation_is_the_least_and_in_instructions_nothing_is(void **state)
{
    struct bench_clock clock = {0};
    struct bench_run run = {.clock = &clock};

    assert_int_equal(bench_beyond(&run, 101, 100), 1);
    assert_int_equal(bench_beyond(&run, 100, 100), BENCH_REJECTED);
    assert_int_equal(bench_beyond(&run, (uint64_t)-5, 0), BENCH_REJECTED);
    run.divisor = 32;
    assert_int_equal(bench_beyond(&run, 131, 100), BENCH_REJECTED);
    assert_int_equal(bench_beyond(&run, 132, 100), 32);
    clock.ticks = 1;
    assert_int_equal(bench_beyond(&run, 100, 100), 0);
    assert_int_equal(bench_beyond(&run, 99, 100), BENCH_REJECTED);
}

static enum result (*plain)(struct bench_trial *trial);

static enum result play_traced(struct bench_trial *trial)
{
    if (trial->kind == BENCH_STUB) {
        assert_true(fake_host.traced[0]);
        assert_non_null(fake_host.rings[0].records);
        fake_host.rings[0].position += 2 * sizeof(struct trace_record);
    }
    return plain(trial);
}

static void the_traced_stubs_write_a_ring_of_the_benchmarks_own(void **state)
{
    plain = fake_host.on_bench;
    fake_host.on_bench = play_traced;
    fake_host.rings[0].position = 4711;
    assert_int_equal(bench_machine_measure("message_round_trip_traced").statistics.median, ENTRY + EXIT);
    assert_false(fake_host.traced[0]);
    assert_null(fake_host.rings[0].records);
    assert_int_equal(fake_host.rings[0].position, 4711);
}

static void the_higher_message_is_rung_for_inside_the_lower_ones_routine(void **state)
{
    struct bench_outcome outcome = bench_machine_measure("nested");

    assert_int_equal(outcome.result, RESULT_OK);
    assert_int_equal(outcome.statistics.median, ENTRY + EXIT);
    bench_machine_assert_as_before();
}

static void a_message_that_does_not_come_is_a_failure_and_leaves_nothing(void **state)
{
    static const char *const names[] = {"message_entry", "message_floor", "nested", "msix_round_trip"};

    bench_machine.is_silent = true;
    for (uint32_t i = 0; i < ARRAY_COUNT(names); i++) {
        assert_int_equal(bench_machine_measure(names[i]).result, RESULT_TIMEOUT);
        bench_machine_assert_as_before();
    }
}

static void without_a_doorbell_the_figure_is_left_out_with_a_reason(void **state)
{
    bench_machine.bell.driver = bench_machine.rows.driver = &bench_machine_deaf_driver;
    struct bench_outcome outcome = bench_machine_measure("message_entry");
    assert_int_equal(outcome.result, RESULT_UNSUPPORTED);
    assert_string_equal(outcome.reason, "no driver has a register that sends a message");
    assert_int_equal(bench_machine_measure("nested").result, RESULT_UNSUPPORTED);
    assert_string_equal(bench_machine_measure("msix_round_trip").reason,
                        "no driver has a register that sends an MSI-X message");
    assert_string_equal(bench_machine_measure("connect_1").reason, "no device here lends its MSI-X messages");
    assert_string_equal(bench_machine_measure("nvme_read_4k").reason, "no disk with a driver");
}

static struct driver_doorbell bell;
static uint32_t preparations, busy;

static enum result prepare(struct device *device, uint32_t index, struct driver_doorbell *doorbell)
{
    if (busy) {
        busy--;
        return RESULT_BUSY;
    }
    preparations++;
    *doorbell = bell;
    return RESULT_OK;
}

static void a_message_that_its_device_works_for_is_prepared_each_time_and_has_no_budget(void **state)
{
    const struct driver *bells = bench_machine.bell.driver, *rows = bench_machine.rows.driver;
    struct driver queue = *bells;

    assert_true(bells->doorbell(&bench_machine.bell, 0, &bell));
    queue.doorbell = NULL;
    queue.prepare = prepare;
    bench_machine.bell.driver = bench_machine.rows.driver = &queue;
    bench_machine.extra = 1000;
    busy = 3;
    struct bench_outcome outcome = bench_machine_measure("message_entry");
    bench_machine.bell.driver = bells;
    bench_machine.rows.driver = rows;
    assert_int_equal(outcome.result, RESULT_OK);
    assert_int_equal(outcome.statistics.median, ENTRY + 1000);
    assert_int_equal(preparations, outcome.statistics.count);
    assert_true(outcome.has_device);
    assert_false(outcome.is_over);
    assert_int_equal(busy, 0);
    bench_machine_assert_as_before();
}

static void a_register_goes_before_a_queue(void **state)
{
    struct driver queue = *bench_machine.bell.driver;

    queue.doorbell = NULL;
    queue.prepare = prepare;
    bench_machine.bell.driver = &queue;
    struct bench_outcome outcome = bench_machine_measure("message_entry");
    assert_ptr_equal(outcome.fired, &bench_machine.rows.irq.messages->messages[0]);
    assert_false(outcome.has_device);
}

static void calls_are_counted_without_the_call(void **state)
{
    struct bench_outcome outcome = bench_machine_measure("self_ipi");

    assert_int_equal(outcome.result, RESULT_OK);
    // The played clock moves with each look at it, and sending to oneself looks at nothing.
    assert_int_equal(outcome.statistics.max, 0);
    assert_int_equal(bench_machine_measure("deferred_call").result, RESULT_OK);
}

static void the_boot_is_what_was_not_waited(void **state)
{
    char name[BENCH_BOOT_NAME_LENGTH];

    bench_boot_start(fake_host.nanoseconds);
    assert_string_equal(bench_machine_measure("boot").reason, "the boot was not recorded");
    bench_boot_start(fake_host.nanoseconds);
    fake_host.cycles_waited = 0;
    fake_host.nanoseconds += 500;
    bench_boot_mark("entry");
    fake_host.nanoseconds += 7000;
    fake_host.cycles_waited += 6000;
    bench_boot_mark("local APIC");
    // A look at the clock is a step of a hundred.
    assert_int_equal(bench_machine_measure("boot").statistics.median, 500 + 100 + 1000 + 100);
    assert_int_equal(bench_boot_stage_count(), 2);
    assert_string_equal(bench_boot_stage_name(1, name), "boot_local_apic");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nops_that_count_themselves_make_instructions_of_ticks, set_up),
        cmocka_unit_test_setup(one_nop_more_or_less_in_any_round_makes_cycles, set_up),
        cmocka_unit_test_setup(entry_and_exit_leave_the_readings_and_the_body_out, set_up),
        cmocka_unit_test_setup(a_median_above_the_budget_is_over_where_instructions_are_counted, set_up),
        cmocka_unit_test_setup(a_trial_that_the_clock_did_not_measure_is_counted_and_no_sample, set_up),
        cmocka_unit_test_setup(where_the_clock_measures_no_trial_the_figure_is_left_out, set_up),
        cmocka_unit_test_setup(a_cycle_an_operation_is_the_least_and_in_instructions_nothing_is, set_up),
        cmocka_unit_test_setup(the_traced_stubs_write_a_ring_of_the_benchmarks_own, set_up),
        cmocka_unit_test_setup(the_higher_message_is_rung_for_inside_the_lower_ones_routine, set_up),
        cmocka_unit_test_setup(a_message_that_does_not_come_is_a_failure_and_leaves_nothing, set_up),
        cmocka_unit_test_setup(without_a_doorbell_the_figure_is_left_out_with_a_reason, set_up),
        cmocka_unit_test_setup(a_message_that_its_device_works_for_is_prepared_each_time_and_has_no_budget, set_up),
        cmocka_unit_test_setup(a_register_goes_before_a_queue, set_up),
        cmocka_unit_test_setup(calls_are_counted_without_the_call, set_up),
        cmocka_unit_test_setup(the_boot_is_what_was_not_waited, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
