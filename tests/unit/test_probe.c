// probe: equal entries are one range, everything that is not as the specification has it is a warning, and the device
// is audited afterwards.
// sources: arch/apic/line_share.c tests/fakes/line_source.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c
// sources: tests/fakes/audited_machine.c

#include "kernel/console/console.h"
#include "kernel/diagnose/probe.h"
#include "tests/fakes/audited_machine.h"
#include "tests/fakes/heap.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WHOLE UINT64_C(0xfffffffffffffffc)

static struct output_buffer screen;
static char text[8192];

static int start(void **state)
{
    audited_machine_start();
    return 0;
}

// What probing finds: six whole entries, the first four of which lead to a local APIC.
static int set_up(void **state)
{
    audited_machine_reset(state);
    deep.source.probe = (struct message_probe){.entry_count = DEEP_CAPACITY, .beyond = 250, .is_restored = true};
    for (uint32_t i = 0; i < DEEP_CAPACITY; i++)
        deep.source.probed[i] = (struct probe_entry){WHOLE, UINT32_MAX, i < 4, 0, i};
    silent.source.probe = (struct message_probe){.entry_count = 1, .granted = 1, .is_restored = true};
    silent.source.probed[0] = (struct probe_entry){0xfffffffc, 0xffff, PROBE_MASK_UNTRIED, 0, 0};
    return 0;
}

static enum result command(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    return console_run_line(line);
}

static void a_whole_table_is_a_range_or_two_and_no_warning(void **state)
{
    uint32_t live = fake_heap_live();
    assert_int_equal(command("probe 02:00.0"), RESULT_OK);
    assert_string_equal(text,
                        "ENTRIES     ADDRESS BITS       DATA BITS  MASK BIT   SAME AS\n"
                        "0-3         0xfffffffffffffffc 0xffffffff works      -\n"
                        "4-5         0xfffffffffffffffc 0xffffffff not tried  -\n"
                        "MSI-X: 6 entries; 250 behind them read, 0 of these mirror the table\n0 pending; 0 warnings\n"
                        "all is as before, by an audit of the device\n");
    assert_int_equal(fake_heap_live(), live);
}

static void the_same_in_json(void **state)
{
    assert_int_equal(command("probe 02:00.0 --json"), RESULT_OK);
    assert_string_equal(
        text, "{\"type\":\"probe\",\"bdf\":\"0000:02:00.0\",\"first\":0,\"last\":3,\"address_bits\":"
              "\"0xfffffffffffffffc\",\"data_bits\":\"0xffffffff\",\"mask\":true,\"vendor\":\"0x00000000\",\"same_as\":"
              "null}\n"
              "{\"type\":\"probe\",\"bdf\":\"0000:02:00.0\",\"first\":4,\"last\":5,\"address_bits\":"
              "\"0xfffffffffffffffc\",\"data_bits\":\"0xffffffff\",\"mask\":null,\"vendor\":\"0x00000000\",\"same_as\":"
              "null}\n"
              "{\"type\":\"probe_summary\",\"bdf\":\"0000:02:00.0\",\"kind\":\"msix\",\"capacity\":6,\"granted\":0,"
              "\"mask_bits\":\"0x00000000\",\"beyond\":250,\"mirrored\":0,\"pending\":0,\"warnings\":0,\"restored\":"
              "true}\n");
}

static void expect_warning(const char *warning)
{
    char line[256];
    snprintf(line, sizeof(line), "warning: %s\n", warning);
    assert_int_equal(command("probe 02:00.0"), RESULT_OK);
    assert_non_null(strstr(text, line));
    assert_ptr_equal(strstr(text, "warning: "), strstr(text, line));
    assert_non_null(strstr(text, "; 1 warnings\n"));
    set_up(NULL);
}

static void what_is_missing_is_warned_of(void **state)
{
    deep.source.probed[3].address = 0xfffffffc;
    expect_warning("entry 3: address bits 0xffffffff00000000 do not stay");
    deep.source.probed[4].data = deep.source.probed[5].data = 0xffff;
    expect_warning("entries 4-5: data bits 0xffff0000 do not stay");
    deep.source.probed[5] = (struct probe_entry){.same_as = 5};
    expect_warning("entry 5: not there, nothing that is written stays");
    deep.source.probed[1].mask = PROBE_MASK_FAILS;
    expect_warning("entry 1: the mask bit does not stay");
    deep.source.probed[0].vendor = 0xabcd0000;
    expect_warning("entry 0: vector control holds a vendor's bits, 0xabcd0000");
    deep.source.probe.mirrored = 6;
    expect_warning("6 entries behind the table's end show entries of the table");
}

static void shared_storage_is_warned_of_as_ranges(void **state)
{
    deep.source.probed[0].same_as = 4;
    deep.source.probed[1].same_as = 5;
    expect_warning("entries 0-1: the same storage as entries 4-5");
    deep.source.probed[0].same_as = 4;
    assert_int_equal(command("probe 02:00.0"), RESULT_OK);
    assert_non_null(strstr(text, "0           0xfffffffffffffffc 0xffffffff works      4\n"));
}

static void an_msi_capability_has_warnings_of_its_own(void **state)
{
    assert_int_equal(command("probe 00:05.0"), RESULT_OK);
    assert_non_null(strstr(text, "0           0x00000000fffffffc 0x0000ffff none       -\n"
                                 "MSI: 1 messages of 1 can be granted, mask bits 0x00000000\n0 pending; 0 warnings\n"));
    silent.device.msi.maximum = 4;
    silent.device.msi.maskable = true;
    silent.source.masked[0] = true;
    silent.source.probe.mask_bits = 0x5;
    assert_int_equal(command("probe 00:05.0"), RESULT_OK);
    assert_non_null(strstr(text, "warning: multiple message enable keeps 1 messages, the capability offers 4\n"));
    assert_non_null(strstr(text, "warning: mask bits 0xa do not stay\n"));
    silent.device.msi.maximum = 1;
    silent.device.msi.maskable = false;
}

static void what_an_msi_may_have_lost_is_made_good_unless_nobody_drives_it(void **state)
{
    const struct message *message = audited_message(&silent, 0);
    uint64_t *count = &fake_host.counts[message->cpu][message->info.vector], before = *count;
    assert_int_equal(command("probe 00:05.0"), RESULT_OK);
    assert_int_equal(*count, before);
    message->set->is_silent = false;
    silent.reading.bus_master = true;
    assert_int_equal(command("probe 00:05.0"), RESULT_OK);
    assert_int_equal(*count, before + 1);
    message->set->is_silent = true;
}

static void a_device_that_is_not_as_before_is_an_error(void **state)
{
    deep.source.probe.is_restored = false;
    assert_int_equal(command("probe 02:00.0"), RESULT_MISMATCH);
    assert_non_null(strstr(text, "warning: a register did not take back what it held before\n"));
    assert_non_null(strstr(text, "NOT all is as before: see audit\nerror: 02:00.0 is not as it was before\n"));
    set_up(state);
    deep.source.words[1].data ^= 1;
    assert_int_equal(command("probe 02:00.0"), RESULT_MISMATCH);
    assert_non_null(strstr(text, "warning: an audit of the device afterwards finds 1 drifts\n"));
}

static void expect_refused(const char *line, const char *error)
{
    deep.source.calls[0] = '\0';
    assert_int_not_equal(command(line), RESULT_OK);
    assert_string_equal(text, error);
    assert_null(strstr(deep.source.calls, "probe"));
}

static void what_cannot_be_probed_is_refused_before_anything_changes(void **state)
{
    static struct message_source_operations without;
    const struct message_source_operations *operations = lines[0].source.source.operations;
    without = *operations;
    without.probe = NULL;
    lines[0].source.source.operations = &without;
    expect_refused("probe 00:06.0", "error: 00:06.0: a line has no registers for messages\n");
    lines[0].source.source.operations = operations;
    deep.reading.memory_decode = false;
    expect_refused("probe 02:00.0", "error: 02:00.0: its registers cannot be reached: see why\n");
    deep.reading.memory_decode = true;
    audited_message(&deep, 0)->set->is_inactive = true;
    expect_refused("probe 02:00.0", "error: 02:00.0: the device is inactive\n");
    audited_message(&deep, 0)->set->is_inactive = false;
    expect_refused("probe 00:1c.0", "error: 00:1c.0 has no messages\n");
    fake_heap_fail_after(0);
    expect_refused("probe 02:00.0", "error: 02:00.0: no memory for its entries\n");
    fake_heap_fail_after(UINT32_MAX);
}

static void a_source_that_fails_says_why(void **state)
{
    deep.source.probe_result = RESULT_GONE;
    assert_int_equal(command("probe 02:00.0"), RESULT_GONE);
    assert_string_equal(text, "error: 02:00.0: gone\n");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_table_is_a_range_or_two_and_no_warning),
        TEST(the_same_in_json),
        TEST(what_is_missing_is_warned_of),
        TEST(shared_storage_is_warned_of_as_ranges),
        TEST(an_msi_capability_has_warnings_of_its_own),
        TEST(what_an_msi_may_have_lost_is_made_good_unless_nobody_drives_it),
        TEST(a_device_that_is_not_as_before_is_an_error),
        TEST(what_cannot_be_probed_is_refused_before_anything_changes),
        TEST(a_source_that_fails_says_why),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
