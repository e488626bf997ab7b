// The search for functions: what is found where, what is quieted, what it costs.
// sources: drivers/pci/pci.c drivers/pci/pci_bar.c drivers/pci/pci_bar_check.c drivers/pci/pci_bridge.c
// sources: drivers/pci/pci_capability.c drivers/pci/pci_command.c drivers/pci/pci_disturb.c drivers/pci/pci_function.c
// sources: drivers/pci/pci_leftover.c drivers/pci/pci_line.c drivers/pci/pci_msi.c drivers/pci/pci_msi_probe.c
// sources: drivers/pci/pci_msi_source.c drivers/pci/pci_msix.c drivers/pci/pci_msix_probe.c
// sources: drivers/pci/pci_msix_source.c drivers/pci/pci_power.c drivers/pci/pci_reading.c drivers/pci/pci_scan.c
// sources: drivers/pci/pci_takeover.c drivers/pci/pci_window.c drivers/usb_handover.c drivers/xhci/xhci_handoff.c
// sources: drivers/register_wait.c tests/fakes/pci_scanned.c tests/fakes/pci_config.c tests/fakes/pci_surroundings.c
// sources: tests/fakes/events.c tests/fakes/mmio.c

#include "drivers/pci/pci.h"
#include "kernel/inventory/driver.h"
#include "tests/fakes/events.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_scanned.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

// An endpoint as e1000e is: MSI, PCI Express, MSI-X in BAR 3, an extended list.
static struct fake_function *add_endpoint(uint8_t bus, uint8_t device)
{
    struct fake_function *function = fake_function_add(0, bus, device, 0, 0x10d38086);
    fake_config_put(function, 0x08, 4, 0x02000003);
    fake_config_put(function, 0x2c, 4, 0x00008086);
    fake_config_put(function, 0x3d, 1, 1);
    fake_config_bar(function, 0, 0x81040000, 0x20000);
    fake_config_bar(function, 3, 0x81080000, 0x4000);
    fake_config_capability(function, 0xe0, 0x10, 0x0002);
    fake_config_msix(function, 0xa0, 0x0004, 0x00000003, 0x00002003);
    fake_config_msi(function, 0xd0, 0x0080);
    fake_config_put(function, 0x100, 4, 0x00020001);
    return function;
}

static void an_endpoint_becomes_a_whole_record(void **state)
{
    add_endpoint(0, 4);
    scan();
    struct device *device = at(0, 0, 4, 0);
    assert_non_null(device);
    assert_int_equal(device->vendor_id, 0x8086);
    assert_int_equal(device->device_id, 0x10d3);
    assert_int_equal(device->class_code, 0x020000);
    assert_int_equal(device->revision, 3);
    assert_int_equal(device->subsystem_vendor, 0x8086);
    assert_int_equal(device->subsystem_device, 0);
    assert_int_equal(device->interrupt_pin, 1);
    assert_int_equal(device->capabilities.count, 3);
    assert_int_equal(device->extended_capabilities.count, 1);
    assert_int_equal(device->extended_capabilities.items[0].id, 1);
    assert_int_equal(device->bars[3].base.address, 0x81080000);
    assert_int_equal(device->bars[3].size, 0x4000);
    assert_int_equal(device->msi.offset, 0xd0);
    assert_int_equal(device->msix.table_size, 5);
    assert_int_equal(device->msix.pba_offset, 0x2000);
    assert_int_equal(device->irq.sources[MESSAGE_MSIX]->capacity, 5);
    assert_null(device->irq.sources[MESSAGE_MSIX]->refusal);
    assert_int_equal(device->irq.sources[MESSAGE_MSI]->capacity, 1);
    assert_null(device->irq.sources[MESSAGE_LINE]);
}

static void functions_are_found_on_every_bus_and_listed_in_order(void **state)
{
    fake_function_add(0, 255, 31, 0, 0x00011af4);
    fake_function_add(0, 0x80, 0, 0, 0x00021af4);
    fake_function_add(0, 0, 0, 0, 0x00031af4);
    scan();
    assert_int_equal(device_total(), 3);
    assert_int_equal(device_first()->device_id, 3);
    assert_int_equal(device_first()->next->device_id, 2);
    assert_int_equal(device_first()->next->next->device_id, 1);
}

static void other_segments_are_scanned_on_their_own_buses_only(void **state)
{
    fake_config_segment(2, 0x40, 0x4f);
    fake_function_add(2, 0x41, 3, 0, 0x00011af4);
    fake_function_add(2, 0x50, 3, 0, 0x00021af4);
    scan();
    assert_int_equal(device_total(), 1);
    assert_non_null(at(2, 0x41, 3, 0));
}

static void a_multi_function_device_may_have_holes(void **state)
{
    fake_config_put(fake_function_add(0, 0, 31, 0, 0x29188086), 0x0e, 1, 0x80);
    fake_function_add(0, 0, 31, 2, 0x29228086);
    fake_function_add(0, 0, 31, 7, 0x29308086);
    scan();
    assert_int_equal(device_total(), 3);
    assert_non_null(at(0, 0, 31, 7));
    assert_int_equal(at(0, 0, 31, 0)->header_type, 0);
}

static void without_the_multi_function_bit_only_function_0_is_looked_at(void **state)
{
    fake_function_add(0, 0, 5, 0, 0x00011af4);
    fake_function_add(0, 0, 5, 1, 0x00011af4); // the same function answering again, as some do
    scan();
    assert_int_equal(device_total(), 1);
}

// All ones nobody writes down; zeros are some host bridges' answer for nobody.
static void a_vendor_of_zeros_is_nobody(void **state)
{
    fake_function_add(0, 0, 7, 0, 0x00010000);
    scan();
    assert_int_equal(device_total(), 0);
}

// Vendor 1 stands for "not yet", and for longer than a second it is nobody whose registers may be read.
static void what_is_never_ready_is_left_out_and_named(void **state)
{
    fake_function_add(0, 0, 7, 0, 0x00010001);
    scan();
    assert_int_equal(device_total(), 0);
    assert_true(surroundings_found("not_ready", "0000:00:07.0"));
}

static void what_answers_without_a_function_0_is_taken_over_and_named(void **state)
{
    struct fake_function *orphan = fake_function_add(0, 0, 6, 3, 0x00011af4);
    fake_config_put(orphan, 0x04, 2, 0x0006);
    scan();
    assert_non_null(at(0, 0, 6, 3));
    assert_int_equal(fake_config_get(orphan, 0x04, 2), 0x0402);
    assert_true(surroundings_found("no_function_0", "0000:00:06.3"));
    assert_true(surroundings_logged("0000:00:06.3: there without a function 0"));
}

static void a_bridge_has_bus_numbers_and_its_subsystem_from_a_capability(void **state)
{
    struct fake_function *bridge = fake_function_add(0, 0, 1, 0, 0x000c1b36);
    fake_config_bridge(bridge, 0, 1, 3);
    fake_config_capability(bridge, 0x40, 0x0d, 0);
    fake_config_put(bridge, 0x44, 4, 0x12341b36);
    add_endpoint(1, 0);
    scan();
    assert_int_equal(at(0, 0, 1, 0)->secondary_bus, 1);
    assert_int_equal(at(0, 0, 1, 0)->subordinate_bus, 3);
    assert_int_equal(at(0, 0, 1, 0)->subsystem_device, 0x1234);
    assert_ptr_equal(device_parent(at(0, 1, 0, 0)), at(0, 0, 1, 0));
}

static void what_firmware_left_on_is_recorded_and_then_quieted(void **state)
{
    struct fake_function *function = add_endpoint(0, 4);
    fake_config_put(function, 0x04, 4, 0x00180107);
    fake_config_put(function, 0xa2, 2, 0x8004);
    fake_config_put(function, 0xd2, 2, 0x0081);
    scan();
    assert_true(surroundings_found("bus_master", "0000:00:04.0"));
    assert_true(surroundings_found("msi_enabled", "0000:00:04.0"));
    assert_true(surroundings_found("msix_enabled", "0000:00:04.0"));
    assert_true(surroundings_found("intx_pending", "0000:00:04.0"));
    assert_int_equal(fake_config_get(function, 0x04, 2), 0x0503);
    assert_int_equal(fake_config_get(function, 0xa2, 2), 0x0004);
    assert_int_equal(fake_config_get(function, 0xd2, 2), 0x0080);
    assert_int_equal(function->status_writes, 0);
    assert_false(at(0, 0, 4, 0)->msix.enabled);
}

static void a_quiet_function_leaves_no_finding(void **state)
{
    add_endpoint(0, 4);
    scan();
    assert_false(surroundings_found("", "0000:00:04.0"));
}

static void bridges_keep_decode_and_lose_bus_master_until_a_function_below_needs_it(void **state)
{
    struct fake_function *upper = fake_function_add(0, 0, 1, 0, 0x000c1b36);
    struct fake_function *lower = fake_function_add(0, 1, 0, 0, 0x000c1b36);
    struct fake_function *endpoint = add_endpoint(2, 0);
    fake_config_bridge(upper, 0, 1, 2);
    fake_config_bridge(lower, 1, 2, 2);
    fake_config_put(upper, 0x04, 2, 0x0107);
    fake_config_put(lower, 0x04, 2, 0x0107);
    scan();
    assert_int_equal(fake_config_get(upper, 0x04, 2), 0x0103);
    assert_int_equal(fake_config_get(lower, 0x04, 2), 0x0103);
    pci_bus_master(at(0, 2, 0, 0), true);
    assert_int_equal(fake_config_get(upper, 0x04, 2), 0x0107);
    assert_int_equal(fake_config_get(lower, 0x04, 2), 0x0107);
    assert_int_equal(at(0, 0, 1, 0)->command, 0x0107);
    pci_bus_master(at(0, 2, 0, 0), false);
    assert_int_equal(fake_config_get(endpoint, 0x04, 2) & 4, 0);
    assert_int_equal(fake_config_get(lower, 0x04, 2), 0x0107);
}

static void host_and_isa_bridges_keep_their_command_register(void **state)
{
    struct fake_function *host = fake_function_add(0, 0, 0, 0, 0x29c08086);
    fake_config_put(host, 0x08, 4, 0x06000000);
    fake_config_put(host, 0x04, 2, 0x0006);
    scan();
    assert_int_equal(fake_config_get(host, 0x04, 2), 0x0006);
    assert_true(surroundings_found("bus_master", "0000:00:00.0"));
}

static void an_unassigned_table_bar_refuses_msix_and_leaves_msi(void **state)
{
    fake_config_bar(add_endpoint(0, 4), 3, 0, 0x4000);
    scan();
    assert_string_equal(at(0, 0, 4, 0)->irq.sources[MESSAGE_MSIX]->refusal, "the table's BAR has no address");
    assert_null(at(0, 0, 4, 0)->irq.sources[MESSAGE_MSI]->refusal);
    assert_true(surroundings_logged("0000:00:04.0: msix cannot be used: the table's BAR has no address"));
}

static void an_unknown_header_is_logged_and_listed_without_bars(void **state)
{
    struct fake_function *cardbus = fake_function_add(0, 0, 9, 0, 0xac561104);
    fake_config_put(cardbus, 0x0e, 1, 2);
    fake_config_put(cardbus, 0x10, 4, 0x80000000);
    scan();
    assert_int_equal(at(0, 0, 9, 0)->header_type, 2);
    assert_int_equal(at(0, 0, 9, 0)->bars[0].kind, BAR_NONE);
    assert_true(surroundings_logged("0000:00:09.0: header type 2"));
}

static void a_conventional_function_has_no_extended_list(void **state)
{
    struct fake_function *function = fake_function_add(0, 0, 7, 0, 0x00011af4);
    fake_config_capability(function, 0x40, 0x09, 0);
    fake_config_put(function, 0x100, 4, 0x00011af4); // its header, mirrored
    scan();
    assert_int_equal(at(0, 0, 7, 0)->extended_capabilities.count, 0);
}

static void a_broken_list_is_logged_and_named_in_the_record(void **state)
{
    struct fake_function *function = fake_function_add(0, 0, 7, 0, 0x00011af4);
    fake_config_capability(function, 0x50, 0x09, 0);
    fake_config_put(function, 0x51, 1, 0x50);
    scan();
    assert_string_equal(at(0, 0, 7, 0)->capabilities.fault, "loops at 0x50");
    assert_true(surroundings_logged("0000:00:07.0: capability list loops at 0x50"));
}

static void a_function_that_vanishes_at_any_access_is_not_listed_half_read(void **state)
{
    uint32_t accesses = 0;
    for (uint32_t gone_after = 1; gone_after == 1 || gone_after < accesses; gone_after++) {
        scanned_reset(state);
        struct fake_function *function = add_endpoint(0, 4);
        if (gone_after == 1) {
            scan();
            accesses = function->accesses;
            continue;
        }
        function->gone_after = gone_after;
        scan();
        assert_int_equal(device_total(), 0);
        assert_true(surroundings_logged("0000:00:04.0: gone while it was being read"));
        assert_int_equal(surroundings_objects(), 0);
    }
}

static void refresh_reads_again_what_others_may_have_changed(void **state)
{
    struct fake_function *function = add_endpoint(0, 4);
    scan();
    struct device *device = at(0, 0, 4, 0);
    fake_config_put(function, 0x04, 2, 0x0407);
    fake_config_put(function, 0xa2, 2, 0xc004);
    fake_config_put(function, 0xd2, 2, 0x0081);
    device->refresh(device);
    assert_int_equal(device->command, 0x0407);
    assert_true(device->msix.enabled);
    assert_true(device->msix.function_masked);
    assert_true(device->msi.enabled);
    function->gone_after = function->accesses;
    device->refresh(device);
    assert_int_equal(device->command, 0xffff);
    assert_false(device->msix.enabled);
}

static void an_empty_slot_of_a_bus_that_nothing_leads_to_costs_one_access(void **state)
{
    scan();
    assert_int_equal(fake_config_accesses(), 255 * 32 + 32 * 8);
}

static void a_bar_is_mapped_only_where_it_is_large_enough_and_decode_goes_on(void **state)
{
    static const struct driver driver;
    volatile void *pointer;
    struct fake_function *function = add_endpoint(0, 4);
    scan();
    struct device *device = at(0, 0, 4, 0);
    device->driver = &driver;
    assert_int_equal(pci_bar_map(device, 1, 1, &pointer), RESULT_NOT_FOUND);
    assert_int_equal(pci_bar_map(device, 6, 1, &pointer), RESULT_NOT_FOUND);
    assert_int_equal(pci_bar_map(device, 0, 0x20001, &pointer), RESULT_INVALID);
    assert_true(surroundings_logged("0000:00:04.0: BAR 0: smaller than its driver needs"));
    assert_int_equal(fake_config_get(function, 0x04, 2) & 2, 0);
    assert_int_equal(pci_bar_map(device, 0, 0x20000, &pointer), RESULT_NO_MEMORY); // nothing is behind it here
    assert_int_equal(fake_config_get(function, 0x04, 2) & 2, 2);
    assert_int_equal(device->command & 2, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scanned_reset, scanned_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_endpoint_becomes_a_whole_record),
        TEST(functions_are_found_on_every_bus_and_listed_in_order),
        TEST(other_segments_are_scanned_on_their_own_buses_only),
        TEST(a_multi_function_device_may_have_holes),
        TEST(without_the_multi_function_bit_only_function_0_is_looked_at),
        TEST(a_vendor_of_zeros_is_nobody),
        TEST(what_is_never_ready_is_left_out_and_named),
        TEST(what_answers_without_a_function_0_is_taken_over_and_named),
        TEST(a_bridge_has_bus_numbers_and_its_subsystem_from_a_capability),
        TEST(what_firmware_left_on_is_recorded_and_then_quieted),
        TEST(a_quiet_function_leaves_no_finding),
        TEST(bridges_keep_decode_and_lose_bus_master_until_a_function_below_needs_it),
        TEST(host_and_isa_bridges_keep_their_command_register),
        TEST(an_unassigned_table_bar_refuses_msix_and_leaves_msi),
        TEST(an_unknown_header_is_logged_and_listed_without_bars),
        TEST(a_conventional_function_has_no_extended_list),
        TEST(a_broken_list_is_logged_and_named_in_the_record),
        TEST(a_function_that_vanishes_at_any_access_is_not_listed_half_read),
        TEST(refresh_reads_again_what_others_may_have_changed),
        TEST(an_empty_slot_of_a_bus_that_nothing_leads_to_costs_one_access),
        TEST(a_bar_is_mapped_only_where_it_is_large_enough_and_decode_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
