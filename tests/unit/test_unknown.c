// Interrupts nobody owned: kept by CPU and vector, and told apart by where they came from.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/diagnose/unknown.h"
#include "kernel/inventory/firmware.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { STALE_VECTOR = 0x93, TEXT_SIZE = 16384 };

static char detail[UNKNOWN_DETAIL];
static char text[TEXT_SIZE];
static struct output_buffer screen;

static int start(void **state)
{
    firmware_record("isr_bit", 1, "cpu %u vector 0x%x", 0, 0x31);
    firmware_record("ioapic_pin", 0xa0e2, "ioapic 0 pin 3 (gsi 3)");
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    return 0;
}

// An arrival as the stub and the routine of a free slot see it.
static void arrive(uint32_t cpu, uint32_t vector)
{
    fake_host.counts[cpu][vector]++;
    unknown_note(cpu, vector);
}

static enum unknown_class class_of(uint32_t cpu, uint32_t vector)
{
    for (uint32_t i = 0; i < unknown_total(); i++) {
        struct unknown unknown = unknown_get(i);
        if (unknown.cpu != cpu || unknown.vector != vector)
            continue;
        strcpy(detail, unknown.detail);
        return unknown.class;
    }
    fail();
    return UNKNOWN_CLASS_COUNT;
}

static void each_cpu_and_vector_is_kept_once_and_counted(void **state)
{
    uint32_t before = unknown_total();

    assert_true(unknown_note(2, 0x77));
    assert_false(unknown_note(2, 0x77));
    assert_true(unknown_note(3, 0x77));
    assert_int_equal(unknown_total(), before + 2);
    assert_int_equal(unknown_get(before).count, 2);
    assert_int_equal(unknown_get(before + 1).cpu, 3);
    assert_true(unknown_get(before).last > unknown_get(before).first);
}

static void an_entry_that_sends_elsewhere_than_its_record_says_is_stale(void **state)
{
    struct message_words words;

    assert_int_equal(host_message_compose(1, STALE_VECTOR, &words), RESULT_OK);
    routed.source.words[2] = words;
    arrive(1, STALE_VECTOR);
    assert_int_equal(class_of(1, STALE_VECTOR), UNKNOWN_STALE);
    assert_non_null(strstr(detail, "0000:00:04.0 2 sends there"));
}

static void what_the_firmware_had_in_service_or_wired_is_its_own(void **state)
{
    arrive(0, 0x31);
    arrive(2, 0xe2);
    assert_int_equal(class_of(0, 0x31), UNKNOWN_FIRMWARE);
    assert_string_equal(detail, "firmware had left isr_bit: cpu 0 vector 0x31");
    assert_int_equal(class_of(2, 0xe2), UNKNOWN_FIRMWARE);
}

static void the_same_vector_on_another_cpu_is_not_the_firmwares(void **state)
{
    arrive(1, 0x31);
    assert_int_equal(class_of(1, 0x31), UNKNOWN_FOREIGN);
}

static void the_row_of_the_old_controllers_is_legacy(void **state)
{
    arrive(0, 0xc7);
    assert_int_equal(class_of(0, 0xc7), UNKNOWN_LEGACY);
    assert_non_null(strstr(detail, "8259 line 7"));
}

static void a_vector_that_was_somebodys_before_is_late(void **state)
{
    fake_host.counts[2][0x66] = 5;
    arrive(2, 0x66);
    assert_int_equal(class_of(2, 0x66), UNKNOWN_LATE);
    assert_string_equal(detail, "5 taken there while it was somebody's");
}

static void the_class_is_that_of_the_arrival_not_of_the_look(void **state)
{
    struct message_words words, saved = routed.source.words[2];

    assert_int_equal(host_message_compose(1, STALE_VECTOR + 1, &words), RESULT_OK);
    routed.source.words[2] = words;
    arrive(1, STALE_VECTOR + 1);
    fake_host.counts[2][0x67] = 5;
    arrive(2, 0x67);
    routed.source.words[2] = saved;
    fake_host.counts[2][0x67] += 7;
    assert_int_equal(class_of(1, STALE_VECTOR + 1), UNKNOWN_STALE);
    assert_int_equal(class_of(2, 0x67), UNKNOWN_LATE);
    assert_string_equal(detail, "5 taken there while it was somebody's");
}

static void a_later_arrival_is_decided_anew(void **state)
{
    arrive(1, STALE_VECTOR + 1);
    assert_int_equal(class_of(1, STALE_VECTOR + 1), UNKNOWN_STALE);
    fake_host.nanoseconds += 100000000;
    arrive(1, STALE_VECTOR + 1);
    assert_int_equal(class_of(1, STALE_VECTOR + 1), UNKNOWN_FOREIGN);
}

static void anything_else_is_foreign(void **state)
{
    arrive(3, 0x44);
    assert_int_equal(class_of(3, 0x44), UNKNOWN_FOREIGN);
}

static void the_listing_names_class_and_evidence_and_counts(void **state)
{
    arrive(3, 0x45);
    assert_int_equal(console_run_line("unknown"), RESULT_OK);
    assert_non_null(strstr(text, "   3 0x45        1 "));
    assert_non_null(strstr(text, "foreign  no entry of a known device leads there\n"));
    assert_int_equal(console_run_line("unknown --json"), RESULT_OK);
    assert_non_null(strstr(text, "\"class\":\"foreign\",\"detail\":\"no entry of a known device leads there\"}\n"));
    assert_non_null(strstr(text, "{\"type\":\"unknown_summary\",\"vectors\":"));
}

static void a_message_kept_from_an_exception_is_named_and_counted_as_one(void **state)
{
    fake_host.states[0].requested[0] = BIT(14);
    assert_int_equal(unknown_held(0), BIT(14));
    assert_int_equal(console_run_line("unknown --json"), RESULT_OK);
    assert_non_null(strstr(text, "{\"type\":\"unknown\",\"cpu\":0,\"vector\":14,\"count\":1,"));
    assert_non_null(
        strstr(text, "\"class\":\"held\",\"detail\":\"waits at the local APIC, kept from the exception of"));
    fake_host.states[0].requested[0] = 0;
    assert_int_equal(unknown_held(0), 0);
}

static void the_spurious_vectors_own_arrivals_make_a_message_there_no_late_one(void **state)
{
    fake_host.counts[1][VECTOR_SPURIOUS] = 5;
    unknown_note(1, VECTOR_SPURIOUS);
    assert_int_equal(class_of(1, VECTOR_SPURIOUS), UNKNOWN_FOREIGN);
}

static void every_vector_of_two_cpus_is_kept_in_the_order_of_arrival(void **state)
{
    uint32_t before = unknown_total();

    for (uint32_t vector = 0x10; vector < 0x30; vector++)
        for (uint32_t cpu = 6; cpu < 8; cpu++)
            assert_true(unknown_note(cpu, vector));
    assert_int_equal(unknown_total(), before + 2 * 0x20);
    for (uint32_t i = 0; i < 2 * 0x20; i++) {
        assert_int_equal(unknown_get(before + i).cpu, 6 + i % 2);
        assert_int_equal(unknown_get(before + i).vector, 0x10 + i / 2);
    }
}

// Last: it fills the table.
static void what_finds_no_room_is_counted(void **state)
{
    for (uint32_t cpu = 10; cpu < 14; cpu++)
        for (uint32_t vector = 0; vector < VECTOR_COUNT; vector++)
            unknown_note(cpu, vector);
    assert_int_equal(unknown_total(), 1024);
    assert_true(unknown_dropped() > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_cpu_and_vector_is_kept_once_and_counted, set_up),
        cmocka_unit_test_setup(an_entry_that_sends_elsewhere_than_its_record_says_is_stale, set_up),
        cmocka_unit_test_setup(what_the_firmware_had_in_service_or_wired_is_its_own, set_up),
        cmocka_unit_test_setup(the_same_vector_on_another_cpu_is_not_the_firmwares, set_up),
        cmocka_unit_test_setup(the_row_of_the_old_controllers_is_legacy, set_up),
        cmocka_unit_test_setup(a_vector_that_was_somebodys_before_is_late, set_up),
        cmocka_unit_test_setup(the_class_is_that_of_the_arrival_not_of_the_look, set_up),
        cmocka_unit_test_setup(a_later_arrival_is_decided_anew, set_up),
        cmocka_unit_test_setup(anything_else_is_foreign, set_up),
        cmocka_unit_test_setup(the_listing_names_class_and_evidence_and_counts, set_up),
        cmocka_unit_test_setup(a_message_kept_from_an_exception_is_named_and_counted_as_one, set_up),
        cmocka_unit_test_setup(the_spurious_vectors_own_arrivals_make_a_message_there_no_late_one, set_up),
        cmocka_unit_test_setup(every_vector_of_two_cpus_is_kept_in_the_order_of_arrival, set_up),
        cmocka_unit_test_setup(what_finds_no_room_is_counted, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
