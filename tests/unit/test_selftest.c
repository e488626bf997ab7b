// The self-test: it passes on a machine that is well, and each kind of fault makes exactly its check fail.
// sources: kernel/selftest.c kernel/selftest_fire.c kernel/selftest_table.c kernel/shot.c kernel/cpu.c
// sources: kernel/device.c kernel/drain.c kernel/irq.c kernel/irq_place.c kernel/irq_program.c kernel/irql.c
// sources: kernel/json.c kernel/log.c kernel/message.c kernel/message_source.c kernel/number.c kernel/output.c
// sources: kernel/placement.c kernel/policy.c kernel/result.c kernel/route.c kernel/spinlock.c
// sources: kernel/vector_matrix.c kernel/wait.c kernel/dpc.c kernel/interrupt_lock.c kernel/preempt_check.c
// sources: kernel/retarget.c kernel/selftest_irql.c tests/fakes/heap.c tests/fakes/message_source.c
// sources: tests/fakes/port.c tests/fakes/routed_device.c kernel/line_share.c kernel/console_input.c

#include "kernel/irq.h"
#include "kernel/log.h"
#include "kernel/selftest.h"
#include "kernel/vector_matrix.h"
#include "tests/fakes/heap.h"
#include "tests/fakes/port.h"
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
    assert_non_null(strstr(text, "passed, 1 failed\n"));
}

static void a_machine_that_is_well_passes(void **state)
{
    run(false);
    assert_string_equal(text,
                        "ok   table  0000:00:04.0 5 messages by msix\n"
                        "ok   slots               5 messages, 0 share a CPU and vector\n"
                        "ok   driver 0000:00:04.0 e1000e: ok\n"
                        "     link is up\n"
                        "     registers make sense\n"
                        "ok   fire   0000:00:04.0 4 messages arrived on their CPUs, 1 cannot be fired now\n"
                        "ok   dpc                 queued at DISPATCH: waited, on lowering it ran 1 times at level 2\n"
                        "ok   dpc                 4 processors, 4 of the calls sent there ran once and at DISPATCH\n"
                        "ok   irql                0 violations of the order of levels\n"
                        "ok   log                 0 errors, 0 warnings logged\n"
                        "selftest: 8 passed, 0 failed\n");
}

static void the_same_in_json(void **state)
{
    run(true);
    assert_non_null(strstr(text, "{\"type\":\"selftest\",\"check\":\"driver\",\"bdf\":\"0000:00:04.0\",\"ok\":true,"
                                 "\"detail\":\"e1000e: ok: link is up\"}\n"));
    assert_non_null(strstr(text, "{\"type\":\"selftest\",\"check\":\"log\",\"bdf\":null,\"ok\":true,"));
    assert_non_null(strstr(text, "\n{\"type\":\"selftest_summary\",\"passed\":8,\"failed\":0}\n"));
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
    fake_port.on_idle = NULL;
    fake_port_deliver(routed_message(0)->cpu, routed_message(0)->info.vector);
}

static void a_second_delivery_that_comes_late_fails(void **state)
{
    fake_port.on_idle = deliver_late;
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
    expect_one_failure("FAIL table  0000:00:04.0 message 3: the device holds another address or data\n");
    routed.source.words[3].data ^= 1;
}

static void a_mask_that_changed_at_the_device_fails(void **state)
{
    routed.source.masked[ROUTED_DEAF_MESSAGE] = true;
    expect_one_failure("FAIL table  0000:00:04.0 message 4: the device's mask bit differs\n");
}

static void a_record_that_leads_elsewhere_fails(void **state)
{
    struct message *message = routed_message(2);
    struct message_info_entry saved = message->info;
    message->info.message_address.address += 0x1000;
    expect_one_failure("FAIL table  0000:00:04.0 message 2: its address and data lead elsewhere\n");
    message->info = saved;
    message->info.target_processor_set.mask = BIT(3);
    expect_one_failure("FAIL table  0000:00:04.0 message 2: its CPU is outside the allowed set\n");
    message->info = saved;
    message->info.irql = IRQL_DEVICE_LOWEST;
    expect_one_failure("FAIL table  0000:00:04.0 message 2: its IRQL is not its vector's row\n");
    message->info = saved;
    message->info.interrupt_object = routed_message(1)->info.interrupt_object;
    expect_one_failure("FAIL table  0000:00:04.0 message 2: its interrupt object belongs to another record\n");
    message->info = saved;
}

static void a_vector_that_counts_as_free_fails(void **state)
{
    struct message *message = routed_message(3);
    uint32_t vector;
    vector_matrix_free(irq_vectors(), message->cpu, message->info.vector);
    expect_one_failure("FAIL table  0000:00:04.0 message 3: its vector counts as free\n");
    assert_int_equal(vector_matrix_reserve(irq_vectors(), message->cpu, 6, 8, 1, &vector), RESULT_OK);
    assert_int_equal(vector, message->info.vector);
    vector_matrix_commit(irq_vectors(), message->cpu, vector);
}

static void two_messages_in_one_slot_fail(void **state)
{
    struct message *first = routed_message(0), *second = routed_message(1);
    struct message saved = *second;
    second->cpu = first->cpu;
    second->info.vector = first->info.vector;
    run(false);
    assert_non_null(strstr(text, "FAIL slots               5 messages, 1 share a CPU and vector\n"));
    *second = saved;
}

static void a_driver_that_is_not_content_fails(void **state)
{
    routed.selftest_result = RESULT_MISMATCH;
    expect_one_failure("FAIL driver 0000:00:04.0 e1000e: mismatch\n");
}

static void no_memory_is_a_failure_not_a_pass(void **state)
{
    fake_heap_fail_after(0);
    run(false);
    fake_heap_fail_after(UINT32_MAX);
    assert_int_equal(test.failed, 3);
    assert_int_equal(test.passed, 5);
}

// Last: an error once logged stays.
static void an_error_in_the_log_fails(void **state)
{
    log_error("something went wrong");
    expect_one_failure("FAIL log                 1 errors, 0 warnings logged\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_machine_that_is_well_passes, set_up),
        cmocka_unit_test_setup(the_same_in_json, set_up),
        cmocka_unit_test_setup(a_message_that_does_not_arrive_fails, set_up),
        cmocka_unit_test_setup(a_message_that_arrives_twice_fails, set_up),
        cmocka_unit_test_setup(a_message_that_arrives_on_another_cpu_fails, set_up),
        cmocka_unit_test_setup(a_message_that_arrives_on_another_cpu_as_well_fails, set_up),
        cmocka_unit_test_setup(a_second_delivery_that_comes_late_fails, set_up),
        cmocka_unit_test_setup(a_declared_second_delivery_passes, set_up),
        cmocka_unit_test_setup(a_masked_message_is_left_alone, set_up),
        cmocka_unit_test_setup(words_that_changed_at_the_device_fail, set_up),
        cmocka_unit_test_setup(a_mask_that_changed_at_the_device_fails, set_up),
        cmocka_unit_test_setup(a_record_that_leads_elsewhere_fails, set_up),
        cmocka_unit_test_setup(a_vector_that_counts_as_free_fails, set_up),
        cmocka_unit_test_setup(two_messages_in_one_slot_fail, set_up),
        cmocka_unit_test_setup(a_driver_that_is_not_content_fails, set_up),
        cmocka_unit_test_setup(no_memory_is_a_failure_not_a_pass, set_up),
        cmocka_unit_test_setup(an_error_in_the_log_fails, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
