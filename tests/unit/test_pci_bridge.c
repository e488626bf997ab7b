// Who is there: one device below a port, functions beyond 7, those not ready yet, impossible buses.
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

enum { EXTENDED = 0x100 };

static void below_a_port_only_device_0_is_looked_at(void **state)
{
    scanned_port(0, 1, 1, 4);
    scanned_port(0, 2, 2, 6);
    scanned_port(0, 3, 3, 7); // to conventional PCI
    for (uint8_t bus = 1; bus <= 3; bus++) {
        scanned_endpoint(bus, 0, 0);
        scanned_endpoint(bus, 1, 0); // the same one again
    }
    scan();
    assert_non_null(at(0, 1, 0, 0));
    assert_null(at(0, 1, 1, 0));
    assert_null(at(0, 2, 1, 0));
    assert_non_null(at(0, 3, 1, 0));
}

static void an_answer_of_zeros_is_nobody(void **state)
{
    fake_function_add(0, 0, 4, 0, 0x00000000);
    scan();
    assert_int_equal(device_total(), 0);
}

static void add_ari(struct fake_function *function, uint32_t next)
{
    fake_config_capability(function, SCANNED_EXPRESS, 0x10, 0x0002);
    fake_config_put(function, EXTENDED, 4, 0x0001000e);
    fake_config_put(function, EXTENDED + 4, 2, next << 8);
}

static struct fake_function *add_forwarding_port(void)
{
    struct fake_function *port = scanned_port(0, 1, 1, 4);
    fake_config_put(port, SCANNED_EXPRESS + 0x24, 4, 0x20);
    fake_config_writable(port, SCANNED_EXPRESS + 0x28, 2, 0x20);
    return port;
}

static void functions_beyond_7_are_found_by_their_numbers(void **state)
{
    struct fake_function *port = add_forwarding_port();
    add_ari(fake_function_add(0, 1, 0, 0, 0x00011af4), 5);
    add_ari(fake_function_add(0, 1, 0, 5, 0x00011af4), 17);
    add_ari(fake_function_add(0, 1, 2, 1, 0x00011af4), 0);
    scan();
    assert_int_equal(device_total(), 4);
    assert_non_null(at(0, 1, 2, 1));
    assert_int_equal(fake_config_get(port, SCANNED_EXPRESS + 0x28, 2), 0x20);
}

static void a_list_of_function_numbers_that_turns_back_ends(void **state)
{
    add_forwarding_port();
    add_ari(fake_function_add(0, 1, 0, 0, 0x00011af4), 5);
    add_ari(fake_function_add(0, 1, 0, 5, 0x00011af4), 3);
    scan();
    assert_int_equal(device_total(), 3);
    assert_true(surroundings_logged("0000:01:00.5: names function 3 as its next, which is not there"));
}

static void without_forwarding_at_the_port_the_eight_functions_are_all(void **state)
{
    scanned_port(0, 1, 1, 4);
    struct fake_function *function = fake_function_add(0, 1, 0, 0, 0x00011af4);
    add_ari(function, 17);
    fake_config_put(function, 0x0e, 1, 0x80);
    fake_function_add(0, 1, 0, 3, 0x00011af4);
    fake_function_add(0, 1, 2, 1, 0x00011af4);
    scan();
    assert_non_null(at(0, 1, 0, 3));
    assert_null(at(0, 1, 2, 1));
}

static void a_function_that_is_not_ready_is_waited_for(void **state)
{
    scanned_endpoint(0, 4, 0x81000000)->not_ready = 30;
    scan();
    assert_non_null(at(0, 0, 4, 0));
    assert_int_equal(surroundings_waited(), 30 * WAIT_MILLISECONDS(10));
}

static void but_not_for_longer_than_a_second(void **state)
{
    scanned_endpoint(0, 4, 0x81000000)->not_ready = UINT32_MAX;
    scan();
    assert_null(at(0, 0, 4, 0));
    assert_int_equal(surroundings_waited() / WAIT_MILLISECONDS(1000), 1);
    assert_true(surroundings_found("not_ready", "0000:00:04.0"));
}

static void bridges_with_impossible_buses_are_named(void **state)
{
    scanned_bridge(0, 1, 0, 0);
    scanned_bridge(0, 2, 4, 3);
    scanned_bridge(0, 3, 5, 8);
    scanned_bridge(0, 4, 7, 9);
    scanned_bridge(5, 0, 6, 9);
    scan();
    assert_true(surroundings_logged("bridge 0000:00:01.0 to buses 0-0: has no bus numbers"));
    assert_true(surroundings_logged("bridge 0000:00:02.0 to buses 4-3: its last bus is below its first"));
    assert_true(surroundings_logged("bridge 0000:00:04.0 to buses 7-9: bridge 0000:00:03.0 leads to buses 5-8"));
    assert_true(surroundings_logged("bridge 0000:05:00.0 to buses 6-9: leads to buses outside the bridge above it"));
    assert_true(surroundings_found("bridge_buses", "0000:00:04.0 and 0000:00:03.0"));
    assert_false(surroundings_found("bridge_buses", "0000:00:03.0"));
}

static void bridges_with_proper_buses_are_not(void **state)
{
    scanned_bridge(0, 1, 1, 4);
    scanned_bridge(1, 0, 2, 3);
    scanned_bridge(1, 1, 4, 4);
    scanned_bridge(0, 2, 5, 5);
    scan();
    assert_false(surroundings_found("bridge_buses", ""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scanned_reset, scanned_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(below_a_port_only_device_0_is_looked_at),
        TEST(an_answer_of_zeros_is_nobody),
        TEST(functions_beyond_7_are_found_by_their_numbers),
        TEST(a_list_of_function_numbers_that_turns_back_ends),
        TEST(without_forwarding_at_the_port_the_eight_functions_are_all),
        TEST(a_function_that_is_not_ready_is_waited_for),
        TEST(but_not_for_longer_than_a_second),
        TEST(bridges_with_impossible_buses_are_named),
        TEST(bridges_with_proper_buses_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
