// Raw views: registers as they are, and a refusal in words where there is none.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/inventory/claim.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct output_buffer screen;
static char text[65536];

static uint32_t read_offset(const struct device *device, uint16_t offset)
{
    return UINT32_C(0x03020100) + offset;
}

static int start(void **state)
{
    routed_device_start();
    routed.device.read32 = read_offset;
    assert_int_equal(claim_add((struct physical){0x100000}, 0x100000, CLAIM_FIXED, CLAIM_MEMORY), RESULT_OK);
    assert_int_equal(claim_add((struct physical){0xc0000000}, 0x1000, CLAIM_DECODED, "0000:00:04.0 BAR 0"), RESULT_OK);
    assert_int_equal(claim_add((struct physical){0xd0000000}, 0x1000, CLAIM_ASSIGNED, "0000:00:05.0 BAR 0"), RESULT_OK);
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    console_attach(&screen.output, NULL);
    return 0;
}

static const char *run(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    (void)console_run_line(line);
    return text;
}

static void configuration_space_is_dumped_or_one_register_read(void **state)
{
    assert_memory_equal(run("config 0:4.0"), "000: 00 01 02 03 04 01 02 03 08", 31);
    assert_string_equal(run("config 0:4.0 0x40"), "0x040: 0x03020140\n");
    assert_string_equal(
        run("config 0:4.0 8 --json"),
        "{\"type\":\"config\",\"bdf\":\"0000:00:04.0\",\"offset\":\"0x008\",\"value\":\"0x03020108\"}\n");
    assert_string_equal(run("config 0:4.0 0x1000"), "error: OFFSET is a multiple of 4 below 0x1000\n");
    assert_string_equal(run("config 0:4.0 2"), "error: OFFSET is a multiple of 4 below 0x1000\n");
}

static void a_table_is_shown_beside_its_records(void **state)
{
    assert_non_null(strstr(run("msix 0:4.0 --json"), "\"record\":\"same\""));
    assert_null(strstr(text, "differs"));
    assert_non_null(strstr(text, "\"differing\":0}\n"));
    assert_non_null(strstr(run("msix 0:4.0"), "cpu "));
}

static void a_register_the_processor_lacks_is_an_error_and_no_fault(void **state)
{
    assert_string_equal(run("msr 0x1b"), "cpu 0 msr 0x0000001b: 0x0000001b0000001b\n");
    assert_string_equal(run("msr 0x1000"), "error: cpu 0 has no register 0x1000: reading it raises #GP\n");
    assert_string_equal(run("msr 1 99"), "error: there is no cpu 99\n");
    assert_string_equal(run("msr 0x100000000"), "error: registers are numbered up to 0xffffffff\n");
}

static void local_apic_and_ioapics_are_listed(void **state)
{
    assert_non_null(strstr(run("lapic"), "0x20 IRR              0x00000010 vectors 0x00 to 0x1f\n"));
    assert_non_null(strstr(run("ioapic"), "  25    1 0x020000000000a051  0x51           2 -      level low  -\n"));
    assert_string_equal(run("ioapic 1"), "error: there is no ioapic 1\n");
    assert_non_null(strstr(run("ioapic --json"), "\"vector\":81,\"destination\":2,\"masked\":false"));
}

static void cpuid_goes_as_far_as_the_processor_says(void **state)
{
    assert_non_null(strstr(run("cpuid --json"), "\"leaf\":\"0x00000003\""));
    assert_null(strstr(text, "\"leaf\":\"0x00000004\""));
    assert_non_null(strstr(text, "\"leaf\":\"0x80000001\""));
    assert_non_null(strstr(run("cpuid 11 1"), "0x0000000b       1 0x00000003 0x0000000b 0x00000001 0x00000004\n"));
}

static void memory_is_read_and_registers_only_when_asked_for(void **state)
{
    assert_string_equal(run("mem 0x100000 2"), "0x100000: 00100000 00100004\n");
    assert_non_null(strstr(run("mem 0x1ffffc 2"), "error: 0x200000: nothing is known to answer there\n"));
    assert_non_null(strstr(run("mem 0xc0000000 1"), "is 0000:00:04.0 BAR 0: a read may change the device"));
    assert_string_equal(run("mem 0xc0000000 1 device"), "0xc0000000: 3fffffff\n");
    assert_non_null(strstr(run("mem 0xd0000000 1 device"), "nothing is known to answer there"));
    assert_string_equal(run("mem 2"), "error: ADDRESS is a multiple of 4\n");
    assert_string_equal(run("mem 0x100000 0"), "error: COUNT is 1 to 1024\n");
    assert_non_null(strstr(run("mem 0xfffffffffffffffc 2 device"), "error: COUNT is 1 to 1024\n"));
}

static void a_command_repeats_until_it_fails(void **state)
{
    assert_string_equal(run("repeat 2 msr 1"), "cpu 0 msr 0x00000001: 0x0000000100000001\n"
                                               "cpu 0 msr 0x00000001: 0x0000000100000001\n");
    assert_string_equal(run("repeat 9 msr 0x1000"), "error: cpu 0 has no register 0x1000: reading it raises #GP\n");
    assert_string_equal(run("repeat 2 repeat 2 version"), "error: 'repeat' is no command to repeat\n");
    assert_string_equal(run("repeat 0 version"), "error: N is 1 to 1000000\n");
    uint64_t before = fake_host.nanoseconds;
    assert_string_equal(run("sleep 50"), "");
    assert_in_range(fake_host.nanoseconds - before, 50000000, 80000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(configuration_space_is_dumped_or_one_register_read, set_up),
        cmocka_unit_test_setup(a_table_is_shown_beside_its_records, set_up),
        cmocka_unit_test_setup(a_register_the_processor_lacks_is_an_error_and_no_fault, set_up),
        cmocka_unit_test_setup(local_apic_and_ioapics_are_listed, set_up),
        cmocka_unit_test_setup(cpuid_goes_as_far_as_the_processor_says, set_up),
        cmocka_unit_test_setup(memory_is_read_and_registers_only_when_asked_for, set_up),
        cmocka_unit_test_setup(a_command_repeats_until_it_fails, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
