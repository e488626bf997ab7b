// BARs on nobody's word: over memory, registers and each other, outside windows, behind closed bridges.
// sources: drivers/pci/pci.c drivers/pci/pci_bar.c drivers/pci/pci_bar_check.c drivers/pci/pci_bridge.c
// sources: drivers/pci/pci_capability.c drivers/pci/pci_command.c drivers/pci/pci_disturb.c drivers/pci/pci_function.c
// sources: drivers/pci/pci_leftover.c drivers/pci/pci_line.c drivers/pci/pci_msi.c drivers/pci/pci_msi_probe.c
// sources: drivers/pci/pci_msi_source.c drivers/pci/pci_msix.c drivers/pci/pci_msix_probe.c
// sources: drivers/pci/pci_msix_source.c drivers/pci/pci_power.c drivers/pci/pci_reading.c drivers/pci/pci_scan.c
// sources: drivers/pci/pci_takeover.c drivers/pci/pci_window.c drivers/usb_handover.c drivers/xhci/xhci_handoff.c
// sources: drivers/register_wait.c tests/fakes/pci_scanned.c tests/fakes/pci_config.c tests/fakes/pci_surroundings.c
// sources: tests/fakes/events.c tests/fakes/mmio.c

#include "drivers/pci/pci.h"
#include "drivers/pci/pci_window.h"
#include "kernel/inventory/claim.h"
#include "kernel/inventory/driver.h"
#include "tests/fakes/events.h"
#include "tests/fakes/mmio.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_scanned.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { COMMAND = 0x04, CLASS = 0x08 };

static const struct driver somebody;

static void claim(uint64_t base, uint64_t size, const char *owner)
{
    assert_int_equal(claim_add((struct physical){base}, size, CLAIM_FIXED, "%s", owner), RESULT_OK);
}

static const char *refusal_of(uint8_t bus, uint8_t device)
{
    const char *refusal = at(0, bus, device, 0)->bars[0].refusal;
    return refusal ? refusal : "none";
}

static void a_bar_over_memory_or_registers_is_refused_with_both_owners_named(void **state)
{
    claim(0x100000, 0x7ff00000, "RAM");
    claim(0xfee00000, 0x100000, "local APIC");
    scanned_endpoint(0, 4, 0x01000000);
    scanned_endpoint(0, 5, 0xfee10000);
    scanned_endpoint(0, 6, 0x81000000);
    scan();
    assert_string_equal(refusal_of(0, 4), "lies over RAM");
    assert_string_equal(refusal_of(0, 5), "lies over local APIC");
    assert_string_equal(refusal_of(0, 6), "none");
    assert_true(surroundings_found("bar_conflict", "0000:00:04.0 BAR 0 over RAM"));
    assert_true(surroundings_logged("0000:00:05.0 BAR 0 at 0xfee10000, 0x10000 bytes, lies over local APIC"));
}

static void what_was_refused_is_not_used_by_anybody(void **state)
{
    volatile void *pointer;
    claim(0x100000, 0x7ff00000, "RAM");
    struct fake_function *function = scanned_endpoint(0, 4, 0x01000000);
    fake_memory_add(0x01000000, 0x10000);
    fake_config_put(function, COMMAND, 2, 0x0000);
    scan();
    struct device *device = at(0, 0, 4, 0);
    device->driver = &somebody;
    assert_int_equal(pci_bar_map(device, 0, 16, &pointer), RESULT_NOT_FOUND);
    assert_string_equal(device->irq.sources[MESSAGE_MSIX]->refusal, "the table's BAR lies where it must not");
    assert_int_equal(fake_config_get(function, COMMAND, 2) & 2, 0);
}

static void of_two_bars_at_one_place_both_are_refused(void **state)
{
    scanned_endpoint(0, 4, 0x81000000);
    scanned_endpoint(0, 5, 0x81000000);
    scan();
    assert_string_equal(refusal_of(0, 4), "lies over 0000:00:05.0 BAR 0");
    assert_string_equal(refusal_of(0, 5), "lies over 0000:00:04.0 BAR 0");
}

static void one_that_is_not_decoded_gives_way(void **state)
{
    scanned_endpoint(0, 4, 0x81000000);
    fake_config_put(scanned_endpoint(0, 5, 0x81000000), COMMAND, 2, 0x0000);
    scan();
    assert_string_equal(refusal_of(0, 4), "none");
    assert_string_equal(refusal_of(0, 5), "lies over 0000:00:04.0 BAR 0");
}

static struct fake_function *port_function(uint8_t device, uint32_t class, uint64_t port, uint64_t size)
{
    struct fake_function *function = fake_function_add(0, 0, device, 0, 0x00011af4);
    fake_config_put(function, CLASS, 4, class << 8);
    fake_config_bar(function, 0, port | 1, size);
    fake_config_put(function, COMMAND, 2, 0x0001);
    return function;
}

// Ports are no memory: the same numbers there are somebody else's.
static void a_port_bar_over_another_or_over_known_ports_is_refused_with_both_owners_named(void **state)
{
    claim(0, 0xa0000, "RAM");
    assert_int_equal(claim_add_ports(0x600, 4, CLAIM_FIXED, "ACPI PM1a event"), RESULT_OK);
    port_function(4, 0x020000, 0x600, 0x40);
    port_function(5, 0x020000, 0x6000, 0x20);
    port_function(6, 0x020000, 0x6010, 0x10);
    port_function(7, 0x020000, 0x7000, 0x20);
    fake_config_put(port_function(8, 0x020000, 0x7000, 0x10), COMMAND, 2, 0x0000);
    port_function(9, 0x020000, 0x8000, 0x20);
    scan();
    assert_string_equal(refusal_of(0, 4), "lies over ACPI PM1a event");
    assert_string_equal(refusal_of(0, 5), "lies over 0000:00:06.0 BAR 0");
    assert_string_equal(refusal_of(0, 6), "lies over 0000:00:05.0 BAR 0");
    assert_string_equal(refusal_of(0, 7), "none");
    assert_string_equal(refusal_of(0, 8), "lies over 0000:00:07.0 BAR 0"); // it does not decode it
    assert_string_equal(refusal_of(0, 9), "none");
    assert_true(surroundings_found("bar_conflict", "0000:00:04.0 BAR 0 over ACPI PM1a"));
    assert_true(surroundings_logged("0000:00:04.0 BAR 0 at port 0x600, 0x40 bytes, lies over ACPI PM1a event"));
}

static void the_consoles_port_may_be_a_serial_functions_and_no_others(void **state)
{
    assert_int_equal(claim_add_ports(0x3f8, 8, CLAIM_FIXED, "COM1"), RESULT_OK);
    port_function(4, 0x070002, 0x3f8, 8);
    scan();
    assert_string_equal(refusal_of(0, 4), "none");
    scanned_reset(state);
    assert_int_equal(claim_add_ports(0x3f8, 8, CLAIM_FIXED, "COM1"), RESULT_OK);
    port_function(4, 0x020000, 0x3f8, 8);
    port_function(5, 0x070002, 0x3f0, 16);
    scan();
    assert_string_equal(refusal_of(0, 4), "lies over COM1");
    assert_string_equal(refusal_of(0, 5), "lies over COM1");
}

static void an_ioapic_may_be_a_function_of_its_own(void **state)
{
    claim(0xfec00000, 0x400, "IOAPIC 0");
    fake_config_put(scanned_endpoint(0, 4, 0xfec00000), CLASS, 4, 0x08002000);
    fake_config_put(scanned_endpoint(0, 5, 0xfeb00000), CLASS, 4, 0x08002000);
    scan();
    assert_string_equal(refusal_of(0, 4), "none");
}

static void a_bar_outside_its_bridges_window_is_refused(void **state)
{
    scanned_bridge(0, 1, 1, 2);
    scanned_endpoint(1, 0, 0x80000000);
    scanned_endpoint(1, 1, 0x81000000);
    scan();
    assert_string_equal(refusal_of(1, 0), "none");
    assert_string_equal(refusal_of(1, 1), "lies outside bridge 0000:00:01.0");
    assert_true(surroundings_found("bar_outside_window", "0000:01:01.0 BAR 0 outside bridge"));
}

static void every_bridge_above_must_pass_it_but_a_subtractive_one_passes_all(void **state)
{
    scanned_bridge(0, 1, 1, 2);
    fake_config_put(scanned_bridge(1, 0, 2, 2), 0x20, 4, 0x0000fff0); // closed
    scanned_endpoint(2, 0, 0x80000000);
    fake_config_put(scanned_bridge(0, 2, 3, 3), CLASS, 4, 0x06040100);
    scanned_endpoint(3, 0, 0x90000000);
    scan();
    assert_string_equal(refusal_of(2, 0), "lies outside bridge 0000:01:00.0");
    assert_string_equal(refusal_of(3, 0), "none");
}

static void windows_are_read_as_the_bridge_decodes_them(void **state)
{
    struct bridge_window window = pci_window_memory(0x80f08000);
    assert_int_equal(window.base, 0x80000000);
    assert_int_equal(window.size, 0x01000000);
    assert_int_equal(pci_window_memory(0x0000fff0).size, 0);
    window = pci_window_prefetchable(0x00110001, 0xe0, 0xe1);
    assert_int_equal(window.base, 0xe000000000);
    assert_int_equal(window.size, 0x100200000);
    window = pci_window_prefetchable(0x91f09000, 0xe0, 0xe1); // 32 bits: the upper halves mean nothing
    assert_int_equal(window.base, 0x90000000);
    assert_int_equal(window.size, 0x02000000);
}

static void a_window_passes_whole_ranges_only(void **state)
{
    struct device_reading bridge = {.windows = {{0x80000000, 0x1000000}}};
    assert_true(pci_window_passes(&bridge, (struct physical){0x80000000}, 0x1000000));
    assert_true(pci_window_passes(&bridge, (struct physical){0x80fff000}, 0x1000));
    assert_false(pci_window_passes(&bridge, (struct physical){0x80fff000}, 0x1001));
    assert_false(pci_window_passes(&bridge, (struct physical){0x7ffff000}, 0x2000));
    assert_false(pci_window_passes(&bridge, (struct physical){0x80000000}, UINT64_MAX));
}

static void mapping_a_bar_opens_every_bridge_above_it(void **state)
{
    volatile void *pointer;
    struct fake_function *upper = scanned_bridge(0, 1, 1, 2), *lower = scanned_bridge(1, 0, 2, 2);
    struct fake_function *function = scanned_endpoint(2, 0, 0x80000000);
    fake_memory_add(0x80000000, 0x10000);
    fake_config_put(upper, COMMAND, 2, 0x0000);
    fake_config_put(lower, COMMAND, 2, 0x0000);
    fake_config_put(function, COMMAND, 2, 0x0000);
    scan();
    assert_int_equal(pci_bar_map(at(0, 2, 0, 0), 0, 16, &pointer), RESULT_UNSUPPORTED); // nobody's
    assert_int_equal(fake_config_get(upper, COMMAND, 2), 0x0000);
    at(0, 2, 0, 0)->driver = &somebody;
    assert_int_equal(pci_bar_map(at(0, 2, 0, 0), 0, 16, &pointer), RESULT_OK);
    assert_int_equal(fake_config_get(upper, COMMAND, 2), 0x0002);
    assert_int_equal(fake_config_get(lower, COMMAND, 2), 0x0002);
    assert_int_equal(fake_config_get(function, COMMAND, 2) & 2, 2);
}

static void a_function_without_driver_behind_a_closed_bridge_stays_unreached(void **state)
{
    volatile void *pointer;
    struct fake_function *bridge = scanned_bridge(0, 1, 1, 1);
    scanned_endpoint(1, 0, 0x80000000);
    fake_config_put(bridge, COMMAND, 2, 0x0000);
    scan();
    assert_int_equal(pci_bar_map(at(0, 1, 0, 0), 0, 16, &pointer), RESULT_UNSUPPORTED);
    assert_int_equal(fake_config_get(bridge, COMMAND, 2), 0x0000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scanned_reset, scanned_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_bar_over_memory_or_registers_is_refused_with_both_owners_named),
        TEST(what_was_refused_is_not_used_by_anybody),
        TEST(of_two_bars_at_one_place_both_are_refused),
        TEST(one_that_is_not_decoded_gives_way),
        TEST(a_port_bar_over_another_or_over_known_ports_is_refused_with_both_owners_named),
        TEST(the_consoles_port_may_be_a_serial_functions_and_no_others),
        TEST(an_ioapic_may_be_a_function_of_its_own),
        TEST(a_bar_outside_its_bridges_window_is_refused),
        TEST(every_bridge_above_must_pass_it_but_a_subtractive_one_passes_all),
        TEST(windows_are_read_as_the_bridge_decodes_them),
        TEST(a_window_passes_whole_ranges_only),
        TEST(mapping_a_bar_opens_every_bridge_above_it),
        TEST(a_function_without_driver_behind_a_closed_bridge_stays_unreached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
