// The self-test: it passes on a machine that is well, and each kind of fault makes exactly its check fail.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/diagnose/audit.h"
#include "kernel/proof/selftest.h"
#include "kernel/runtime/log.h"
#include "tests/fakes/heap.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct output_buffer screen;
static char text[8192];
static struct selftest test;

static int start(void **state)
{
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    return 0;
}

static void run(bool json)
{
    output_buffer_start(&screen, text, sizeof(text));
    test = (struct selftest){.out = &screen.output, .json = json};
    selftest_run_all(&test);
}

static void expect_one_failure(const char *line)
{
    run(false);
    assert_int_equal(test.failed, 1);
    assert_non_null(strstr(text, line));
    assert_ptr_equal(strstr(text, "FAIL"), strstr(text, line));
    assert_non_null(strstr(text, "passed, 1 failed, 1 skipped\n"));
}

static void a_machine_that_is_well_passes(void **state)
{
    run(false);
    assert_string_equal(text,
                        "ok   core                11 promises of the machine hold\n"
                        "ok   table  0000:00:04.0 5 messages by msix\n"
                        "ok   cpus                5 messages: local APICs, vectors and slots as recorded\n"
                        "ok   driver 0000:00:04.0 e1000e: ok\n"
                        "     link is up\n"
                        "     registers make sense\n"
                        "ok   fire   0000:00:04.0 4 messages arrived on their CPUs, 1 cannot be fired now\n"
                        "ok   dpc                 queued at DISPATCH: waited, on lowering it ran 1 times at level 2\n"
                        "ok   dpc                 4 processors, 4 of the calls sent there ran once and at DISPATCH\n"
                        "skip irql                preemption: no device here fires a message by a store\n"
                        "ok   irql                0 violations of the order of levels\n"
                        "ok   log                 0 errors, 0 warnings logged\n"
                        "selftest: 9 passed, 0 failed, 1 skipped\n");
}

static void the_last_run_is_kept_with_its_first_failure(void **state)
{
    run(false);
    assert_true(selftest_last()->is_complete);
    assert_int_equal(selftest_last()->passed, 9);
    assert_int_equal(selftest_last()->skipped, 1);
    assert_int_equal(selftest_last()->arrived, 4);
    assert_string_equal(selftest_last()->first_failure, "");
    assert_int_equal(audit_last().drifts, 0);
    assert_int_not_equal(audit_last().checks, 0);
    routed.shot = ROUTED_LOST;
    run(false);
    assert_int_equal(selftest_last()->failed, 1);
    assert_memory_equal(selftest_last()->first_failure, "fire 0000:00:04.0 message 0: timeout", 36);
}

static void the_same_in_json(void **state)
{
    run(true);
    assert_non_null(strstr(text, "{\"type\":\"selftest\",\"check\":\"driver\",\"bdf\":\"0000:00:04.0\",\"ok\":true,"
                                 "\"detail\":\"e1000e: ok: link is up\"}\n"));
    assert_non_null(strstr(text, "{\"type\":\"selftest\",\"check\":\"log\",\"bdf\":null,\"ok\":true,"));
    assert_non_null(strstr(text, "\n{\"type\":\"selftest_summary\",\"passed\":9,\"failed\":0,\"skipped\":1}\n"));
}

static void a_message_that_does_not_arrive_fails(void **state)
{
    routed.shot = ROUTED_LOST;
    expect_one_failure("FAIL fire   0000:00:04.0 message 0: timeout, 0 of 1 on cpu 0, 0 elsewhere\n");
}

static void a_message_that_arrives_twice_fails(void **state)
{
    routed.shot = ROUTED_TWICE;
    expect_one_failure("FAIL fire   0000:00:04.0 message 0: ok, 2 of 1 on cpu 0, 0 elsewhere\n");
}

static void a_message_that_arrives_on_another_cpu_fails(void **state)
{
    routed.shot = ROUTED_ELSEWHERE;
    expect_one_failure("FAIL fire   0000:00:04.0 message 0: timeout, 0 of 1 on cpu 0, 1 elsewhere\n");
}

static void a_message_that_arrives_on_another_cpu_as_well_fails(void **state)
{
    routed.shot = ROUTED_STRAY;
    expect_one_failure("FAIL fire   0000:00:04.0 message 0: ok, 1 of 1 on cpu 0, 1 elsewhere\n");
}

static void deliver_late(void)
{
    fake_host.on_idle = NULL;
    fake_host_deliver(routed_message(0)->cpu, routed_message(0)->info.vector);
}

static void a_second_delivery_that_comes_late_fails(void **state)
{
    fake_host.on_idle = deliver_late;
    expect_one_failure("FAIL fire   0000:00:04.0 message 0: ok, 2 of 1 on cpu 0, 0 elsewhere\n");
}

static void a_declared_second_delivery_passes(void **state)
{
    routed.deliveries = 2;
    run(false);
    assert_int_equal(test.failed, 0);
}

static void a_masked_message_is_left_alone(void **state)
{
    assert_int_equal(irq_mask(routed_message(1), true), RESULT_OK);
    run(false);
    assert_int_equal(test.failed, 0);
    assert_non_null(strstr(text, "3 messages arrived on their CPUs, 2 cannot be fired now\n"));
    assert_false(routed.pending[1]);
}

static void words_that_changed_at_the_device_fail(void **state)
{
    routed.source.words[3].data ^= 1;
    expect_one_failure("FAIL table  0000:00:04.0 message 3: message_data in msix_table is 0x81 instead of 0x80; "
                       "drifts: 1\n");
    routed.source.words[3].data ^= 1;
}

static void of_several_drifts_the_first_is_named_and_all_are_counted(void **state)
{
    struct message *message = routed_message(2);
    struct message_info_entry saved = message->info;
    message->info.message_address.address += 0x1000;
    expect_one_failure("FAIL table  0000:00:04.0 message 2: message_address in record is 0xfee03000 instead of "
                       "0xfee02000; drifts: 2\n");
    message->info = saved;
}

static void a_processor_that_holds_messages_off_fails(void **state)
{
    fake_host.states[3].task_priority = IRQL_DEVICE_HIGHEST;
    expect_one_failure("FAIL cpus   0000:00:04.0 message 3: task_priority in cpu 3 is 11 instead of 0; drifts: 1\n");
    fake_host.states[3].task_priority = IRQL_PASSIVE;
}

static void a_leaked_vector_fails(void **state)
{
    uint32_t vector;
    assert_int_equal(vector_matrix_reserve(irq_vectors(), 2, 6, 8, 1, &vector), RESULT_OK);
    vector_matrix_commit(irq_vectors(), 2, vector);
    expect_one_failure("FAIL cpus                vectors_allocated in cpu 2 is 2 instead of 1; drifts: 1\n");
    vector_matrix_free(irq_vectors(), 2, vector);
}

static void a_driver_that_is_not_content_fails(void **state)
{
    routed.selftest_result = RESULT_MISMATCH;
    expect_one_failure("FAIL driver 0000:00:04.0 e1000e: mismatch\n");
}

// The fake's driver with a change of the test's own.
static struct driver changed_driver;

static struct driver *driver_change(void)
{
    changed_driver = *routed.device.driver;
    routed.device.driver = &changed_driver;
    return &changed_driver;
}

static void a_driver_that_does_not_say_which_it_can_fire_fires_all(void **state)
{
    const struct driver *saved = routed.device.driver;
    driver_change()->can_fire = NULL;
    run(false);
    routed.device.driver = saved;
    assert_int_equal(test.failed, 0);
    assert_non_null(strstr(text, "ok   fire   0000:00:04.0 5 messages arrived on their CPUs, 0 cannot be fired now\n"));
}

static void messages_that_nobody_can_fire_are_skipped_by_name(void **state)
{
    const struct driver *saved = routed.device.driver;
    driver_change()->fire = NULL;
    run(false);
    routed.device.driver = NULL;
    assert_non_null(strstr(text, "skip fire   0000:00:04.0 none of 5 messages can be fired: its driver fires none\n"));
    assert_non_null(strstr(text, "0 failed, 2 skipped\n"));
    run(true);
    routed.device.driver = saved;
    assert_non_null(strstr(text, "{\"type\":\"selftest_skipped\",\"check\":\"fire\",\"bdf\":\"0000:00:04.0\","
                                 "\"detail\":\"none of 5 messages can be fired: no driver\"}\n"));
}

static void a_driver_that_found_nothing_to_try_has_not_passed(void **state)
{
    routed.selftest_result = RESULT_UNSUPPORTED;
    run(false);
    assert_non_null(strstr(text, "skip driver 0000:00:04.0 e1000e: nothing tried: link is up\n"));
    assert_int_equal(test.passed, 8);
    assert_int_equal(test.failed, 0);
}

static void a_driver_without_a_test_has_not_passed(void **state)
{
    const struct driver *saved = routed.device.driver;
    driver_change()->selftest = NULL;
    run(false);
    routed.device.driver = saved;
    assert_non_null(strstr(text, "skip driver 0000:00:04.0 e1000e: has no test\n"));
    assert_non_null(strstr(text, "selftest: 8 passed, 0 failed, 2 skipped\n"));
}

static void promises_that_need_a_second_processor_are_skipped_without_one(void **state)
{
    for (uint32_t cpu = 1; cpu < ROUTED_CPUS; cpu++)
        cpu_state_set(cpu, CPU_OFFLINE);
    run(false);
    for (uint32_t cpu = 1; cpu < ROUTED_CPUS; cpu++)
        cpu_state_set(cpu, CPU_ONLINE);
    assert_non_null(strstr(text, "ok   core                5 promises of the machine hold\n"
                                 "skip core                6 promises need a second processor\n"));
}

static void no_memory_is_a_failure_not_a_pass(void **state)
{
    fake_heap_fail_after(0);
    run(false);
    fake_heap_fail_after(UINT32_MAX);
    assert_int_equal(test.failed, 3); // core, both checks of deferred calls; the log tells of it
    assert_int_equal(test.passed, 5);
}

// Last: an error once logged stays.
static void an_error_in_the_log_is_pointed_out_and_neither_fails_nor_passes(void **state)
{
    char line[80];

    log_error("something went wrong");
    format_text(line, sizeof(line), "skip log                 %u errors, 0 warnings logged: not judged, see `log`\n",
                log_total(LOG_ERROR));
    run(false);
    assert_non_null(strstr(text, line));
    assert_non_null(strstr(text, "selftest: 8 passed, 0 failed, 2 skipped\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_machine_that_is_well_passes, set_up),
        cmocka_unit_test_setup(the_last_run_is_kept_with_its_first_failure, set_up),
        cmocka_unit_test_setup(the_same_in_json, set_up),
        cmocka_unit_test_setup(a_message_that_does_not_arrive_fails, set_up),
        cmocka_unit_test_setup(a_message_that_arrives_twice_fails, set_up),
        cmocka_unit_test_setup(a_message_that_arrives_on_another_cpu_fails, set_up),
        cmocka_unit_test_setup(a_message_that_arrives_on_another_cpu_as_well_fails, set_up),
        cmocka_unit_test_setup(a_second_delivery_that_comes_late_fails, set_up),
        cmocka_unit_test_setup(a_declared_second_delivery_passes, set_up),
        cmocka_unit_test_setup(a_masked_message_is_left_alone, set_up),
        cmocka_unit_test_setup(words_that_changed_at_the_device_fail, set_up),
        cmocka_unit_test_setup(of_several_drifts_the_first_is_named_and_all_are_counted, set_up),
        cmocka_unit_test_setup(a_processor_that_holds_messages_off_fails, set_up),
        cmocka_unit_test_setup(a_leaked_vector_fails, set_up),
        cmocka_unit_test_setup(a_driver_that_is_not_content_fails, set_up),
        cmocka_unit_test_setup(a_driver_that_does_not_say_which_it_can_fire_fires_all, set_up),
        cmocka_unit_test_setup(messages_that_nobody_can_fire_are_skipped_by_name, set_up),
        cmocka_unit_test_setup(a_driver_that_found_nothing_to_try_has_not_passed, set_up),
        cmocka_unit_test_setup(a_driver_without_a_test_has_not_passed, set_up),
        cmocka_unit_test_setup(promises_that_need_a_second_processor_are_skipped_without_one, set_up),
        cmocka_unit_test_setup(no_memory_is_a_failure_not_a_pass, set_up),
        cmocka_unit_test_setup(an_error_in_the_log_is_pointed_out_and_neither_fails_nor_passes, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
