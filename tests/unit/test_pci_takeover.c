// Taking functions over from bad firmware: power, and the order in which they are quieted.
// sources: drivers/pci/pci.c drivers/pci/pci_bar.c drivers/pci/pci_bar_check.c drivers/pci/pci_bridge.c
// sources: drivers/pci/pci_capability.c drivers/pci/pci_command.c drivers/pci/pci_disturb.c drivers/pci/pci_function.c
// sources: drivers/pci/pci_leftover.c drivers/pci/pci_line.c drivers/pci/pci_msi.c drivers/pci/pci_msi_probe.c
// sources: drivers/pci/pci_msi_source.c drivers/pci/pci_msix.c drivers/pci/pci_msix_probe.c
// sources: drivers/pci/pci_msix_source.c drivers/pci/pci_power.c drivers/pci/pci_reading.c drivers/pci/pci_scan.c
// sources: drivers/pci/pci_takeover.c drivers/pci/pci_window.c drivers/usb_handover.c drivers/xhci/xhci_handoff.c
// sources: drivers/register_wait.c tests/fakes/pci_scanned.c tests/fakes/pci_config.c tests/fakes/pci_surroundings.c
// sources: tests/fakes/events.c tests/fakes/mmio.c

#include "drivers/pci/pci.h"
#include "kernel/core/wait.h"
#include "tests/fakes/events.h"
#include "tests/fakes/mmio.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_scanned.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { COMMAND = 0x04, CLASS = 0x08, POWER = 0x60, EXTENDED = 0x100 };

static void add_power(struct fake_function *function, uint16_t control)
{
    fake_config_capability(function, POWER, 0x01, 0x0003);
    fake_config_put(function, POWER + 4, 2, control);
    fake_config_writable(function, POWER + 4, 2, 0x0103);
}

// What a function without "no soft reset" does on its way from D3hot to D0.
static void forgets_when_it_wakes(struct fake_function *function, uint16_t offset, uint32_t value)
{
    if (offset != POWER + 4 || value & 3)
        return;
    memset(&function->bytes[COMMAND], 0, 2);
    memset(&function->bytes[0x10], 0, 24);
    function->on_write = NULL;
}

static void a_sleeping_function_wakes_before_its_bars_are_read_and_gets_its_header_back(void **state)
{
    struct fake_function *function = scanned_endpoint(0, 4, 0x81000000);
    add_power(function, 0x8103); // D3hot, PME enabled and asserted
    function->on_write = forgets_when_it_wakes;
    scan();
    assert_int_equal(fake_config_get(function, POWER + 4, 2), 0x8100); // the fake keeps its status: it was not cleared
    assert_true(surroundings_found("power_state", "0000:00:04.0"));
    assert_true(surroundings_waited() >= WAIT_MILLISECONDS(10));
    assert_int_equal(at(0, 0, 4, 0)->bars[0].base.address, 0x81000000);
    assert_int_equal(fake_config_get(function, 0x10, 4), 0x81000000);
    assert_int_equal(fake_config_get(function, COMMAND, 2) & 2, 2);
}

static void the_status_of_a_wake_up_is_not_written_back(void **state)
{
    struct fake_function *function = scanned_endpoint(0, 4, 0x81000000);
    add_power(function, 0x8102); // D2
    scan();
    const struct event *first = event_effect(0), *second = event_effect(1);
    assert_int_equal(first->where, POWER + 4);
    assert_int_equal(first->value, 0x0100);
    assert_int_equal(second->kind, EVENT_WAIT);
    assert_int_equal(second->value, WAIT_MICROSECONDS(200));
}

static void a_bridge_wakes_before_what_is_below_it_is_looked_for(void **state)
{
    struct fake_function *bridge = scanned_bridge(0, 1, 1, 1);
    add_power(bridge, 0x0003);
    scanned_endpoint(1, 0, 0x80000000);
    scan();
    assert_int_equal(fake_config_get(bridge, POWER + 4, 2) & 3, 0);
    assert_null(at(0, 1, 0, 0)->bars[0].refusal);
}

static void a_function_that_does_not_wake_is_named(void **state)
{
    struct fake_function *function = scanned_endpoint(0, 4, 0x81000000);
    add_power(function, 0x0003);
    fake_config_writable(function, POWER + 4, 2, 0);
    scan();
    assert_true(surroundings_logged("0000:00:04.0: stays in D3"));
}

// ---- order of quieting ----

enum { NO_WRITE = UINT32_MAX };

// The place of the first configuration write at that offset that clears the bit, among all that had an effect.
static uint32_t write_of(uint16_t offset, uint32_t value)
{
    const struct event *event;
    for (uint32_t i = 0; (event = event_effect(i)) != NULL; i++)
        if (event->kind == EVENT_CONFIG_WRITE && event->where == offset && event->value == value)
            return i;
    return NO_WRITE;
}

static void the_line_and_bus_master_go_before_the_messages(void **state)
{
    struct fake_function *function = scanned_endpoint(0, 4, 0x81000000);
    fake_config_msi(function, 0xd0, 0x0081);
    fake_config_put(function, 0xa2, 2, 0x8004);
    fake_config_put(function, COMMAND, 2, 0x0006);
    scan();
    assert_true(write_of(COMMAND, 0x0402) < write_of(0xd2, 0x0080));
    assert_true(write_of(COMMAND, 0x0402) < write_of(0xa2, 0x0004));
    assert_int_not_equal(write_of(0xd2, 0x0080), NO_WRITE);
    assert_int_not_equal(write_of(0xa2, 0x0004), NO_WRITE);
}

static void endpoints_are_quiet_before_the_bridges_above_them(void **state)
{
    struct fake_function *bridge = scanned_bridge(0, 1, 1, 1);
    struct fake_function *function = scanned_endpoint(1, 0, 0x80000000);
    fake_config_put(bridge, COMMAND, 2, 0x0107);
    fake_config_put(function, COMMAND, 2, 0x0006);
    scan();
    assert_true(write_of(COMMAND, 0x0402) < write_of(COMMAND, 0x0103));
    assert_int_not_equal(write_of(COMMAND, 0x0103), NO_WRITE);
}

static void a_display_keeps_bus_master_and_so_do_the_bridges_above_it(void **state)
{
    struct fake_function *bridge = scanned_bridge(0, 1, 1, 1), *other = scanned_bridge(0, 2, 2, 2);
    struct fake_function *display = scanned_endpoint(1, 0, 0x80000000);
    fake_config_put(display, CLASS, 4, 0x03000000);
    fake_config_put(display, COMMAND, 2, 0x0006);
    scan();
    assert_int_equal(fake_config_get(display, COMMAND, 2), 0x0406);
    assert_int_equal(fake_config_get(bridge, COMMAND, 2), 0x0006);
    assert_int_equal(fake_config_get(other, COMMAND, 2), 0x0002);
    assert_true(at(0, 1, 0, 0)->keeps_bus_master && at(0, 0, 1, 0)->keeps_bus_master);
    assert_true(surroundings_found("bus_master", "0000:01:00.0"));
}

static void a_display_that_did_not_master_the_bus_does_not_begin_to(void **state)
{
    struct fake_function *bridge = scanned_bridge(0, 1, 1, 1), *display = scanned_endpoint(1, 0, 0x80000000);
    fake_config_put(display, CLASS, 4, 0x03000000);
    scan();
    assert_int_equal(fake_config_get(display, COMMAND, 2), 0x0402);
    assert_int_equal(fake_config_get(bridge, COMMAND, 2), 0x0002);
}

static void a_chipset_function_keeps_bus_master_and_loses_its_line_with_its_messages(void **state)
{
    struct fake_function *talking = scanned_endpoint(0, 4, 0x81000000), *silent = scanned_endpoint(0, 5, 0x82000000);
    fake_config_put(talking, CLASS, 4, 0x06800000);
    fake_config_put(silent, CLASS, 4, 0x06800000);
    fake_config_put(talking, COMMAND, 2, 0x0006);
    fake_config_put(silent, COMMAND, 2, 0x0006);
    fake_config_msi(talking, 0xd0, 0x0081);
    scan();
    assert_int_equal(fake_config_get(talking, COMMAND, 2), 0x0406);
    assert_int_equal(fake_config_get(talking, 0xd2, 2), 0x0080);
    assert_int_equal(fake_config_get(silent, COMMAND, 2), 0x0006);
}

static void a_port_loses_its_line_with_its_messages(void **state)
{
    struct fake_function *port = scanned_port(0, 1, 1, 4);
    fake_config_msi(port, 0xd0, 0x0081);
    scan();
    assert_int_equal(fake_config_get(port, COMMAND, 2), 0x0402);
}

static void virtual_functions_left_on_are_recorded_and_switched_off(void **state)
{
    struct fake_function *function = scanned_endpoint(0, 4, 0x81000000);
    fake_config_capability(function, SCANNED_EXPRESS, 0x10, 0x0002);
    fake_config_put(function, EXTENDED, 4, 0x00010010);
    fake_config_put(function, EXTENDED + 8, 2, 0x0019);
    fake_config_writable(function, EXTENDED + 8, 2, 0x001f);
    scan();
    assert_int_equal(fake_config_get(function, EXTENDED + 8, 2), 0x0010);
    assert_true(surroundings_found("virtual_functions", "0000:00:04.0"));
}

static void what_the_command_register_did_not_keep_is_known(void **state)
{
    struct fake_function *function = scanned_endpoint(0, 4, 0x81000000);
    fake_config_writable(function, COMMAND, 2, 0x0147); // of before PCI 2.3: the line cannot be switched off
    scan();
    assert_false(at(0, 0, 4, 0)->line_disabled);
    assert_int_equal(at(0, 0, 4, 0)->command, 0x0002);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scanned_reset, scanned_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sleeping_function_wakes_before_its_bars_are_read_and_gets_its_header_back),
        TEST(the_status_of_a_wake_up_is_not_written_back),
        TEST(a_bridge_wakes_before_what_is_below_it_is_looked_for),
        TEST(a_function_that_does_not_wake_is_named),
        TEST(the_line_and_bus_master_go_before_the_messages),
        TEST(endpoints_are_quiet_before_the_bridges_above_them),
        TEST(a_display_keeps_bus_master_and_so_do_the_bridges_above_it),
        TEST(a_display_that_did_not_master_the_bus_does_not_begin_to),
        TEST(a_chipset_function_keeps_bus_master_and_loses_its_line_with_its_messages),
        TEST(a_port_loses_its_line_with_its_messages),
        TEST(virtual_functions_left_on_are_recorded_and_switched_off),
        TEST(what_the_command_register_did_not_keep_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
