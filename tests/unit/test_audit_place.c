// The audit of records, places, processors and lines; and the command.
// sources: arch/apic/line_share.c tests/fakes/line_source.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c
// sources: tests/fakes/audited_machine.c

#include "kernel/console/console.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/diagnose/audit.h"
#include "tests/fakes/audited_machine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define EXPECT(text) assert_string_equal(audited_drifts(), text)

static int start(void **state)
{
    audited_machine_start();
    return 0;
}

static void the_record_is_compared_with_itself_and_the_machine(void **state)
{
    struct message *message = routed_message(2);
    struct message_info_entry info = message->info;
    message->info.target_processor_set.mask = BIT(3);
    EXPECT("0000:00:04.0 2: record target_processor_set 0xc -> 0x8\n");
    message->info.target_processor_set = (struct group_affinity){1, BIT(2)};
    EXPECT("0000:00:04.0 2: record target_processor_set 0x4 -> 0x0\n");
    message->info = info;
    message->info.irql = IRQL_DEVICE_LOWEST;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:00:04.0 2: record irql 8 -> 3\n"));
    message->info = info;
    message->info.message_data++;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:00:04.0 2: record message_data 0x80 -> 0x81\n"));
}

static void the_interrupt_object_is_compared_field_by_field(void **state)
{
    struct message *message = routed_message(1);
    struct interrupt *object = &message->objects[message->info.interrupt_object == &message->objects[1]];
    struct interrupt good = *object;
    object->message_id = 7;
    EXPECT("0000:00:04.0 1: interrupt_object message_id 1 -> 7\n");
    *object = good;
    object->irql = IRQL_HIGH;
    EXPECT("0000:00:04.0 1: interrupt_object irql 8 -> 15\n");
    *object = good;
    object->routine = NULL;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:00:04.0 1: interrupt_object routine 0x"));
    assert_int_equal(audited_run.drifts, 1);
    *object = good;
    object->service = NULL;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:00:04.0 1: interrupt_object service 0x"));
    *object = good;
    object->context = object;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:00:04.0 1: interrupt_object context 0x0 -> 0x"));
    *object = good;
    object->message = routed_message(0);
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:00:04.0 1: interrupt_object message 0x"));
    assert_int_equal(audited_run.drifts, 1);
    *object = good;
    message->info.interrupt_object = routed_message(0)->info.interrupt_object;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:00:04.0 1: record interrupt_object 0x"));
}

static void the_place_is_compared(void **state)
{
    const struct message *message = audited_message(&deep, 1);
    *audited_slot(message) = NULL;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:02:00.0 1: slot interrupt_object 0x"));
    assert_non_null(strstr(audited_text, "slots_filled"));
    assert_int_equal(audited_run.drifts, 2);
    audited_machine_reset(state);
    fake_host.gates_broken[message->cpu][message->info.vector] = true;
    EXPECT("0000:02:00.0 1: idt gate true -> false\n");
}

static void a_vector_that_counts_as_free_is_found_from_both_sides(void **state)
{
    struct message *message = routed_message(3);
    uint32_t vector;
    vector_matrix_free(irq_vectors(), message->cpu, message->info.vector);
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:00:04.0 3: vector_matrix vector allocated -> free\n"));
    assert_non_null(strstr(audited_text, "- 0: cpu 3 vectors_allocated "));
    assert_int_equal(audited_run.drifts, 2);
    assert_int_equal(vector_matrix_reserve_at(irq_vectors(), message->cpu, message->info.vector, 1), RESULT_OK);
    vector = message->info.vector;
    EXPECT("0000:00:04.0 3: vector_matrix vector allocated -> reserved\n"
           "- 0: cpu 3 vectors_allocated 2 -> 1\n"
           "- 0: cpu 3 vectors_reserved 0 -> 1\n");
    vector_matrix_commit(irq_vectors(), message->cpu, vector);
    EXPECT("");
}

static void a_leaked_slot_is_found(void **state)
{
    fake_host.slots[1][0x44] = routed_message(0)->info.interrupt_object;
    audited_drifts();
    assert_non_null(strstr(audited_text, "- 0: cpu 1 slots_filled "));
    assert_int_equal(audited_run.drifts, 1);
}

static void a_processor_is_compared_once(void **state)
{
    struct interrupt_state good = fake_host.states[2];
    fake_host.states[2].enabled = false;
    EXPECT("0000:00:04.0 2: cpu 2 apic_enable true -> false\n");
    fake_host.states[2] = good;
    fake_host.states[2].apic_id.value = 9;
    EXPECT("0000:00:04.0 2: cpu 2 apic_id 2 -> 9\n");
    fake_host.states[2] = good;
    fake_host.states[2].x2apic = true;
    EXPECT("0000:00:04.0 2: cpu 2 x2apic false -> true\n");
    fake_host.states[2] = good;
    fake_host.states[2].table_loaded = false;
    EXPECT("0000:00:04.0 2: cpu 2 interrupt_table true -> false\n");
    fake_host.states[2] = good;
    fake_host.states[2].exceptions_kept = false;
    EXPECT("0000:00:04.0 2: cpu 2 exceptions_kept true -> false\n");
    fake_host.states[2] = good;
    fake_host.states[2].task_priority = IRQL_DEVICE_HIGHEST;
    EXPECT("0000:00:04.0 2: cpu 2 task_priority 0 -> 11\n");
    fake_host.states[2].task_priority = IRQL_DISPATCH; // work put off runs
    EXPECT("");
    cpu_state_set(2, CPU_OFFLINE);
    EXPECT("0000:00:04.0 2: cpu 2 state online -> offline\n");
}

static void a_processor_that_does_not_answer_is_named(void **state)
{
    fake_host.on_ipi = NULL;
    fake_host.step = UINT64_C(1000000000);
    EXPECT("0000:00:04.0 1: cpu 1 answers ok -> timeout\n"
           "0000:00:04.0 2: cpu 2 answers ok -> timeout\n"
           "0000:00:04.0 3: cpu 3 answers ok -> timeout\n");
}

static void a_line_is_compared_with_its_pin(void **state)
{
    lines[0].source.details[0].mode = INTERRUPT_LATCHED;
    EXPECT("0000:00:06.0 0: ioapic mode level_sensitive -> latched\n");
    lines[0].source.details[0].mode = INTERRUPT_LEVEL_SENSITIVE;
    lines[1].source.details[0].polarity = INTERRUPT_ACTIVE_HIGH;
    EXPECT("0000:00:07.0 0: ioapic polarity active_low -> active_high\n");
    lines[1].source.details[0].polarity = INTERRUPT_ACTIVE_LOW;
    lines[1].source.masked[0] = true;
    EXPECT("0000:00:07.0 0: ioapic masked false -> true\n");
}

static uint32_t idles;

// The look after the next sleep finds all well again.
static void end_of_traffic(void)
{
    if (++idles == 2)
        routed.pending[2] = false;
}

static void what_passes_by_is_no_drift(void **state)
{
    idles = 0;
    routed.pending[2] = true;
    fake_host.on_idle = end_of_traffic;
    EXPECT("");
}

static void one_message_is_audited_by_itself(void **state)
{
    struct audit audit = audited_begin();
    outer_bridge.reading.bus_master = false;
    deep.source.masked[0] = deep.source.masked[1] = true;
    fake_host.states[audited_message(&deep, 1)->cpu].task_priority = IRQL_DEVICE_HIGHEST;
    audit_message(&audit, audited_message(&deep, 1));
    assert_int_equal(audit.messages, 1);
    assert_int_equal(audit.drifts, 3);
    assert_non_null(strstr(audited_text, "0000:02:00.0 1: msix_table masked false -> true\n"));
}

// ---- the command ----------------------------------------------------------------------------------------------------

static struct output_buffer screen;
static char text[8192];

static enum result command(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    return console_run_line(line);
}

static void the_command_succeeds_without_drift(void **state)
{
    assert_int_equal(command("audit"), RESULT_OK);
    assert_null(strchr(strchr(text, '\n') + 1, '\n')); // one line
    assert_non_null(strstr(text, " checks, 0 drifts\n"));
}

static void the_command_fails_with_the_number_of_drifts(void **state)
{
    deep.source.words[1].data ^= 1;
    silent.reading.bus_master = true;
    assert_int_equal(command("audit"), RESULT_MISMATCH);
    assert_non_null(strstr(text, "error: 2 drifts\n"));
    assert_non_null(strstr(text, "0000:00:05.0    0 bus_master               false              true"));
    assert_int_equal(command("audit --json"), RESULT_MISMATCH);
    assert_non_null(strstr(text, "{\"type\":\"audit\",\"bdf\":\"0000:00:05.0\",\"index\":0,\"field\":\"bus_master\","
                                 "\"expected\":\"false\",\"found\":\"true\",\"where\":\"command\"}\n"));
    assert_non_null(strstr(text, ",\"drifts\":2}\nerror: 2 drifts\n"));
}

static void a_drift_behind_which_no_message_stands_has_no_device_in_json(void **state)
{
    fake_host.slots[1][0x44] = routed_message(0)->info.interrupt_object;
    assert_int_equal(command("audit --json"), RESULT_MISMATCH);
    assert_non_null(strstr(text, "{\"type\":\"audit\",\"bdf\":null,\"index\":null,\"field\":\"slots_filled\","));
}

#define TEST(name) cmocka_unit_test_setup(name, audited_machine_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_record_is_compared_with_itself_and_the_machine),
        TEST(the_interrupt_object_is_compared_field_by_field),
        TEST(the_place_is_compared),
        TEST(a_vector_that_counts_as_free_is_found_from_both_sides),
        TEST(a_leaked_slot_is_found),
        TEST(a_processor_is_compared_once),
        TEST(a_processor_that_does_not_answer_is_named),
        TEST(a_line_is_compared_with_its_pin),
        TEST(what_passes_by_is_no_drift),
        TEST(one_message_is_audited_by_itself),
        TEST(the_command_succeeds_without_drift),
        TEST(the_command_fails_with_the_number_of_drifts),
        TEST(a_drift_behind_which_no_message_stands_has_no_device_in_json),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
