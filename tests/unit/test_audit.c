// The audit: on a machine that is well it finds nothing; every single thing that is spoilt is one drift, named with
// what it should be and what it is.
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

static void a_machine_that_is_well_has_no_drift(void **state)
{
    EXPECT("");
    assert_int_equal(audited_run.messages, message_total());
    assert_int_equal(audited_run.drifts, 0);
    assert_true(audited_run.checks > 12 * audited_run.messages);
}

static void the_last_comparison_is_kept(void **state)
{
    EXPECT("");
    assert_int_equal(audit_last().checks, audited_run.checks);
    assert_int_equal(audit_last().drifts, 0);
    deep.reading = (struct device_reading){0};
    audited_drifts();
    assert_int_equal(audit_last().drifts, audited_run.drifts);
    assert_int_not_equal(audited_run.drifts, 0);
}

static void looking_changes_nothing(void **state)
{
    static struct fake_host before;
    uint32_t calls = (uint32_t)strlen(deep.source.calls);
    audited_drifts();
    before = fake_host;
    audited_drifts();
    assert_memory_equal(before.slots, fake_host.slots, sizeof(before.slots));
    assert_int_equal(strlen(deep.source.calls), calls);
}

static void a_function_that_is_gone_is_one_drift(void **state)
{
    deep.reading = (struct device_reading){0};
    EXPECT("0000:02:00.0 0: configuration present true -> false\n");
}

static void what_the_function_holds_is_compared(void **state)
{
    deep.reading.power_state = 3;
    EXPECT("0000:02:00.0 0: power_management power_state D0 -> D3\n");
    deep.reading.power_state = 0;
    deep.reading.memory_decode = false;
    EXPECT("0000:02:00.0 0: command memory_decode true -> false\n");
    deep.reading.memory_decode = true;
    deep.reading.bus_master = false;
    EXPECT("0000:02:00.0 0: command bus_master true -> false\n");
    deep.reading.bus_master = true;
    deep.reading.line_disabled = true; // the kernel left it enabled here
    EXPECT("0000:02:00.0 0: command interrupt_disable false -> true\n");
}

static void the_capability_in_use_is_compared(void **state)
{
    deep.reading.msix_enabled = false;
    EXPECT("0000:02:00.0 0: msix_capability msix_enable true -> false\n");
    deep.reading.msix_enabled = true;
    deep.reading.function_masked = true;
    EXPECT("0000:02:00.0 0: msix_capability function_mask false -> true\n");
    deep.reading.function_masked = false;
    deep.reading.table_size = 2048;
    EXPECT("0000:02:00.0 0: msix_capability table_size 6 -> 2048\n");
    silent.reading.msi_granted = 4;
    deep.reading.table_size = DEEP_CAPACITY;
    EXPECT("0000:00:05.0 0: msi_capability multiple_message_enable 1 -> 4\n");
}

static void the_capability_not_in_use_shall_be_off(void **state)
{
    routed.reading.msi_enabled = true;
    EXPECT("0000:00:04.0 0: msi_capability msi_enable false -> true\n");
}

static void every_bridge_on_the_way_is_compared(void **state)
{
    outer_bridge.reading.bus_master = false;
    EXPECT("0000:02:00.0 0: bridge 0000:00:1c.0 bus_master true -> false\n");
    outer_bridge.reading.bus_master = true;
    outer_bridge.reading.power_state = 3;
    EXPECT("0000:01:00.0 0: bridge 0000:00:1c.0 power_state D0 -> D3\n"
           "0000:02:00.0 0: bridge 0000:00:1c.0 power_state D0 -> D3\n");
    outer_bridge.reading.power_state = 0;
    inner_bridge.reading.memory_decode = false; // its own table lies there, too
    EXPECT("0000:01:00.0 0: command memory_decode true -> false\n"
           "0000:02:00.0 0: bridge 0000:01:00.0 memory_decode true -> false\n");
}

static void a_silent_function_shall_not_master_the_bus_but_a_bridge_above_a_driven_one_shall(void **state)
{
    silent.reading.bus_master = true;
    EXPECT("0000:00:05.0 0: command bus_master false -> true\n");
    silent.reading.bus_master = false;
    inner_bridge.reading.bus_master = false;
    EXPECT("0000:01:00.0 0: command bus_master true -> false\n"
           "0000:02:00.0 0: bridge 0000:01:00.0 bus_master true -> false\n");
}

static void the_bus_master_bit_of_a_silent_function_that_keeps_it_is_the_firmwares(void **state)
{
    silent.device.keeps_bus_master = true;
    silent.reading.bus_master = true;
    EXPECT("");
    silent.device.keeps_bus_master = false;
}

static void a_silent_function_shall_stay_masked(void **state)
{
    inner_bridge.source.masked[0] = false;
    EXPECT("0000:01:00.0 0: msix_table masked true -> false\n");
}

static void an_entry_is_compared_word_by_word(void **state)
{
    deep.source.words[1].address.address ^= UINT64_C(1) << 32;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:02:00.0 1: msix_table message_address 0xfee"));
    assert_int_equal(audited_run.drifts, 1);
    deep.source.words[1].address.address ^= UINT64_C(1) << 32;
    deep.source.words[1].data ^= 0x4000;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:02:00.0 1: msix_table message_data 0x"));
    assert_int_equal(audited_run.drifts, 1);
    deep.source.words[1].data ^= 0x4000;
    deep.source.masked[1] = true;
    EXPECT("0000:02:00.0 1: msix_table masked false -> true\n");
    deep.source.masked[1] = false;
    deep.source.details[1].vendor = 0x10;
    EXPECT("0000:02:00.0 1: msix_table vector_control 0x0 -> 0x10\n");
}

static void a_message_masked_by_the_record_may_be_pending_another_not(void **state)
{
    routed.pending[2] = true;
    EXPECT("0000:00:04.0 2: pba pending false -> true\n");
    routed_message(2)->masked = routed.source.masked[2] = true;
    EXPECT("");
}

static void entries_not_granted_are_aimed_at_message_0(void **state)
{
    deep.source.words[3].data++;
    audited_drifts();
    assert_non_null(strstr(audited_text, "0000:02:00.0 0: msix_table entry 3 message_data 0x"));
    assert_int_equal(audited_run.drifts, 1);
    deep.source.words[3].data--;
    deep.source.masked[2] = true;
    EXPECT("0000:02:00.0 0: msix_table entry 2 masked false -> true\n");
}

static void masking_message_0_holds_those_entries_back_with_it(void **state)
{
    assert_int_equal(irq_mask(audited_message(&deep, 0), true), RESULT_OK);
    assert_true(deep.source.masked[0] && deep.source.masked[2] && deep.source.masked[3]);
    assert_false(deep.source.masked[1]);
    EXPECT("");
}

static void entries_nobody_uses_shall_be_masked(void **state)
{
    deep.source.masked[5] = false;
    EXPECT("0000:02:00.0 0: msix_table entry 5 masked true -> false\n");
}

static void a_table_that_cannot_be_reached_is_not_compared(void **state)
{
    memset(deep.source.words, 0xff, sizeof(deep.source.words));
    deep.reading.power_state = 3;
    EXPECT("0000:02:00.0 0: power_management power_state D0 -> D3\n");
    deep.reading.power_state = 0;
    outer_bridge.reading.memory_decode = false;
    EXPECT("0000:01:00.0 0: bridge 0000:00:1c.0 memory_decode true -> false\n"
           "0000:02:00.0 0: bridge 0000:00:1c.0 memory_decode true -> false\n");
}

static void an_inactive_device_is_silent_and_its_place_is_kept(void **state)
{
    audited_message(&deep, 0)->set->is_inactive = true;
    deep.reading.msix_enabled = false;
    deep.reading.function_masked = true;
    memset(deep.source.words, 0, sizeof(deep.source.words));
    EXPECT("");
    deep.reading.msix_enabled = true;
    EXPECT("0000:02:00.0 0: msix_capability msix_enable false -> true\n");
}

#define TEST(name) cmocka_unit_test_setup(name, audited_machine_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_machine_that_is_well_has_no_drift),
        TEST(the_last_comparison_is_kept),
        TEST(looking_changes_nothing),
        TEST(a_function_that_is_gone_is_one_drift),
        TEST(what_the_function_holds_is_compared),
        TEST(the_capability_in_use_is_compared),
        TEST(the_capability_not_in_use_shall_be_off),
        TEST(every_bridge_on_the_way_is_compared),
        TEST(a_silent_function_shall_not_master_the_bus_but_a_bridge_above_a_driven_one_shall),
        TEST(the_bus_master_bit_of_a_silent_function_that_keeps_it_is_the_firmwares),
        TEST(a_silent_function_shall_stay_masked),
        TEST(an_entry_is_compared_word_by_word),
        TEST(a_message_masked_by_the_record_may_be_pending_another_not),
        TEST(entries_not_granted_are_aimed_at_message_0),
        TEST(masking_message_0_holds_those_entries_back_with_it),
        TEST(entries_nobody_uses_shall_be_masked),
        TEST(a_table_that_cannot_be_reached_is_not_compared),
        TEST(an_inactive_device_is_silent_and_its_place_is_kept),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
