// Taking functions over from bad firmware: power, order of quieting, BARs on nobody's word, bridges and their buses.
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
#include "kernel/core/wait.h"
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

enum { COMMAND = 0x04, CLASS = 0x08, POWER = 0x60, EXPRESS = 0x70, EXTENDED = 0x100 };

static const struct driver somebody;

static struct fake_function *add_endpoint(uint8_t bus, uint8_t device, uint64_t bar)
{
    struct fake_function *function = fake_function_add(0, bus, device, 0, 0x10d38086);
    fake_config_put(function, CLASS, 4, 0x02000003);
    fake_config_bar(function, 0, bar, 0x10000);
    fake_config_msix(function, 0xa0, 0x0004, 0x00000000, 0x00002000);
    fake_config_put(function, COMMAND, 2, 0x0002);
    return function;
}

// A bridge whose memory window is 16 MiB from 0x80000000 on.
static struct fake_function *add_bridge(uint8_t bus, uint8_t device, uint8_t secondary, uint8_t subordinate)
{
    struct fake_function *bridge = fake_function_add(0, bus, device, 0, 0x000c1b36);
    fake_config_bridge(bridge, bus, secondary, subordinate);
    fake_config_put(bridge, 0x20, 4, 0x80f08000);
    fake_config_put(bridge, 0x24, 4, 0x0001fff1);
    fake_config_put(bridge, COMMAND, 2, 0x0006);
    return bridge;
}

// The same as a port of PCI Express, of that type.
static struct fake_function *add_port(uint8_t bus, uint8_t device, uint8_t secondary, uint32_t type)
{
    struct fake_function *port = add_bridge(bus, device, secondary, secondary);
    fake_config_capability(port, EXPRESS, 0x10, (uint16_t)(type << 4 | 2));
    return port;
}

static void add_power(struct fake_function *function, uint16_t control)
{
    fake_config_capability(function, POWER, 0x01, 0x0003);
    fake_config_put(function, POWER + 4, 2, control);
    fake_config_writable(function, POWER + 4, 2, 0x0103);
}

// ---- power ----

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
    struct fake_function *function = add_endpoint(0, 4, 0x81000000);
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
    struct fake_function *function = add_endpoint(0, 4, 0x81000000);
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
    struct fake_function *bridge = add_bridge(0, 1, 1, 1);
    add_power(bridge, 0x0003);
    add_endpoint(1, 0, 0x80000000);
    scan();
    assert_int_equal(fake_config_get(bridge, POWER + 4, 2) & 3, 0);
    assert_null(at(0, 1, 0, 0)->bars[0].refusal);
}

static void a_function_that_does_not_wake_is_named(void **state)
{
    struct fake_function *function = add_endpoint(0, 4, 0x81000000);
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
    struct fake_function *function = add_endpoint(0, 4, 0x81000000);
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
    struct fake_function *bridge = add_bridge(0, 1, 1, 1);
    struct fake_function *function = add_endpoint(1, 0, 0x80000000);
    fake_config_put(bridge, COMMAND, 2, 0x0107);
    fake_config_put(function, COMMAND, 2, 0x0006);
    scan();
    assert_true(write_of(COMMAND, 0x0402) < write_of(COMMAND, 0x0103));
    assert_int_not_equal(write_of(COMMAND, 0x0103), NO_WRITE);
}

static void a_display_keeps_bus_master_and_so_do_the_bridges_above_it(void **state)
{
    struct fake_function *bridge = add_bridge(0, 1, 1, 1), *other = add_bridge(0, 2, 2, 2);
    struct fake_function *display = add_endpoint(1, 0, 0x80000000);
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
    struct fake_function *bridge = add_bridge(0, 1, 1, 1), *display = add_endpoint(1, 0, 0x80000000);
    fake_config_put(display, CLASS, 4, 0x03000000);
    scan();
    assert_int_equal(fake_config_get(display, COMMAND, 2), 0x0402);
    assert_int_equal(fake_config_get(bridge, COMMAND, 2), 0x0002);
}

static void a_chipset_function_keeps_bus_master_and_loses_its_line_with_its_messages(void **state)
{
    struct fake_function *talking = add_endpoint(0, 4, 0x81000000), *silent = add_endpoint(0, 5, 0x82000000);
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
    struct fake_function *port = add_port(0, 1, 1, 4);
    fake_config_msi(port, 0xd0, 0x0081);
    scan();
    assert_int_equal(fake_config_get(port, COMMAND, 2), 0x0402);
}

static void virtual_functions_left_on_are_recorded_and_switched_off(void **state)
{
    struct fake_function *function = add_endpoint(0, 4, 0x81000000);
    fake_config_capability(function, EXPRESS, 0x10, 0x0002);
    fake_config_put(function, EXTENDED, 4, 0x00010010);
    fake_config_put(function, EXTENDED + 8, 2, 0x0019);
    fake_config_writable(function, EXTENDED + 8, 2, 0x001f);
    scan();
    assert_int_equal(fake_config_get(function, EXTENDED + 8, 2), 0x0010);
    assert_true(surroundings_found("virtual_functions", "0000:00:04.0"));
}

static void what_the_command_register_did_not_keep_is_known(void **state)
{
    struct fake_function *function = add_endpoint(0, 4, 0x81000000);
    fake_config_writable(function, COMMAND, 2, 0x0147); // of before PCI 2.3: the line cannot be switched off
    scan();
    assert_false(at(0, 0, 4, 0)->line_disabled);
    assert_int_equal(at(0, 0, 4, 0)->command, 0x0002);
}

// ---- BARs on nobody's word ----

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
    add_endpoint(0, 4, 0x01000000);
    add_endpoint(0, 5, 0xfee10000);
    add_endpoint(0, 6, 0x81000000);
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
    struct fake_function *function = add_endpoint(0, 4, 0x01000000);
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
    add_endpoint(0, 4, 0x81000000);
    add_endpoint(0, 5, 0x81000000);
    scan();
    assert_string_equal(refusal_of(0, 4), "lies over 0000:00:05.0 BAR 0");
    assert_string_equal(refusal_of(0, 5), "lies over 0000:00:04.0 BAR 0");
}

static void one_that_is_not_decoded_gives_way(void **state)
{
    add_endpoint(0, 4, 0x81000000);
    fake_config_put(add_endpoint(0, 5, 0x81000000), COMMAND, 2, 0x0000);
    scan();
    assert_string_equal(refusal_of(0, 4), "none");
    assert_string_equal(refusal_of(0, 5), "lies over 0000:00:04.0 BAR 0");
}

static void an_ioapic_may_be_a_function_of_its_own(void **state)
{
    claim(0xfec00000, 0x400, "IOAPIC 0");
    fake_config_put(add_endpoint(0, 4, 0xfec00000), CLASS, 4, 0x08002000);
    fake_config_put(add_endpoint(0, 5, 0xfeb00000), CLASS, 4, 0x08002000);
    scan();
    assert_string_equal(refusal_of(0, 4), "none");
}

static void a_bar_outside_its_bridges_window_is_refused(void **state)
{
    add_bridge(0, 1, 1, 2);
    add_endpoint(1, 0, 0x80000000);
    add_endpoint(1, 1, 0x81000000);
    scan();
    assert_string_equal(refusal_of(1, 0), "none");
    assert_string_equal(refusal_of(1, 1), "lies outside bridge 0000:00:01.0");
    assert_true(surroundings_found("bar_outside_window", "0000:01:01.0 BAR 0 outside bridge"));
}

static void every_bridge_above_must_pass_it_but_a_subtractive_one_passes_all(void **state)
{
    add_bridge(0, 1, 1, 2);
    fake_config_put(add_bridge(1, 0, 2, 2), 0x20, 4, 0x0000fff0); // closed
    add_endpoint(2, 0, 0x80000000);
    fake_config_put(add_bridge(0, 2, 3, 3), CLASS, 4, 0x06040100);
    add_endpoint(3, 0, 0x90000000);
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
    struct fake_function *upper = add_bridge(0, 1, 1, 2), *lower = add_bridge(1, 0, 2, 2);
    struct fake_function *function = add_endpoint(2, 0, 0x80000000);
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
    struct fake_function *bridge = add_bridge(0, 1, 1, 1);
    add_endpoint(1, 0, 0x80000000);
    fake_config_put(bridge, COMMAND, 2, 0x0000);
    scan();
    assert_int_equal(pci_bar_map(at(0, 1, 0, 0), 0, 16, &pointer), RESULT_UNSUPPORTED);
    assert_int_equal(fake_config_get(bridge, COMMAND, 2), 0x0000);
}

// ---- who is there ----

static void below_a_port_only_device_0_is_looked_at(void **state)
{
    add_port(0, 1, 1, 4);
    add_port(0, 2, 2, 6);
    add_port(0, 3, 3, 7); // to conventional PCI
    for (uint8_t bus = 1; bus <= 3; bus++) {
        add_endpoint(bus, 0, 0);
        add_endpoint(bus, 1, 0); // the same one again
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
    fake_config_capability(function, EXPRESS, 0x10, 0x0002);
    fake_config_put(function, EXTENDED, 4, 0x0001000e);
    fake_config_put(function, EXTENDED + 4, 2, next << 8);
}

static struct fake_function *add_forwarding_port(void)
{
    struct fake_function *port = add_port(0, 1, 1, 4);
    fake_config_put(port, EXPRESS + 0x24, 4, 0x20);
    fake_config_writable(port, EXPRESS + 0x28, 2, 0x20);
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
    assert_int_equal(fake_config_get(port, EXPRESS + 0x28, 2), 0x20);
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
    add_port(0, 1, 1, 4);
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
    add_endpoint(0, 4, 0x81000000)->not_ready = 30;
    scan();
    assert_non_null(at(0, 0, 4, 0));
    assert_int_equal(surroundings_waited(), 30 * WAIT_MILLISECONDS(10));
}

static void but_not_for_longer_than_a_second(void **state)
{
    add_endpoint(0, 4, 0x81000000)->not_ready = UINT32_MAX;
    scan();
    assert_null(at(0, 0, 4, 0));
    assert_int_equal(surroundings_waited() / WAIT_MILLISECONDS(1000), 1);
    assert_true(surroundings_found("not_ready", "0000:00:04.0"));
}

static void bridges_with_impossible_buses_are_named(void **state)
{
    add_bridge(0, 1, 0, 0);
    add_bridge(0, 2, 4, 3);
    add_bridge(0, 3, 5, 8);
    add_bridge(0, 4, 7, 9);
    add_bridge(5, 0, 6, 9);
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
    add_bridge(0, 1, 1, 4);
    add_bridge(1, 0, 2, 3);
    add_bridge(1, 1, 4, 4);
    add_bridge(0, 2, 5, 5);
    scan();
    assert_false(surroundings_found("bridge_buses", ""));
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
        TEST(a_bar_over_memory_or_registers_is_refused_with_both_owners_named),
        TEST(what_was_refused_is_not_used_by_anybody),
        TEST(of_two_bars_at_one_place_both_are_refused),
        TEST(one_that_is_not_decoded_gives_way),
        TEST(an_ioapic_may_be_a_function_of_its_own),
        TEST(a_bar_outside_its_bridges_window_is_refused),
        TEST(every_bridge_above_must_pass_it_but_a_subtractive_one_passes_all),
        TEST(windows_are_read_as_the_bridge_decodes_them),
        TEST(a_window_passes_whole_ranges_only),
        TEST(mapping_a_bar_opens_every_bridge_above_it),
        TEST(a_function_without_driver_behind_a_closed_bridge_stays_unreached),
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
