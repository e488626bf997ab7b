// USB controllers that firmware works with: asked for by the protocol of their kind, and no longer than a second.
// sources: drivers/pci/pci.c drivers/pci/pci_bar.c drivers/pci/pci_bar_check.c drivers/pci/pci_bridge.c
// sources: drivers/pci/pci_capability.c drivers/pci/pci_command.c drivers/pci/pci_disturb.c drivers/pci/pci_function.c
// sources: drivers/pci/pci_leftover.c drivers/pci/pci_line.c drivers/pci/pci_msi.c drivers/pci/pci_msi_probe.c
// sources: drivers/pci/pci_msi_source.c drivers/pci/pci_msix.c drivers/pci/pci_msix_probe.c
// sources: drivers/pci/pci_msix_source.c drivers/pci/pci_power.c drivers/pci/pci_reading.c drivers/pci/pci_scan.c
// sources: drivers/pci/pci_takeover.c drivers/pci/pci_window.c drivers/usb_handover.c drivers/xhci/xhci_handoff.c
// sources: drivers/register_wait.c tests/fakes/pci_scanned.c tests/fakes/pci_config.c tests/fakes/pci_surroundings.c
// sources: tests/fakes/events.c tests/fakes/mmio.c

#include "drivers/usb_handover.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/claim.h"
#include "tests/fakes/events.h"
#include "tests/fakes/mmio.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_scanned.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BASE UINT64_C(0x81000000)

enum { COMMAND = 0x04, SIZE = 0x10000, EHCI_LEGACY = 0x68, XHCI_LEGACY = 0x500, WAITS = 3 };

static struct fake_function *controller;
static uint8_t *registers;
static uint32_t waits;

static void put32(uint32_t offset, uint32_t value)
{
    memcpy(registers + offset, &value, sizeof(value));
}

static uint32_t get32(uint32_t offset)
{
    uint32_t value;
    memcpy(&value, registers + offset, sizeof(value));
    return value;
}

// At work: memory decode and bus master on.
static void add_controller(uint32_t interface)
{
    controller = fake_function_add(0, 0, 4, 0, 0x000d1b36);
    fake_config_put(controller, 0x08, 4, 0x0c030000 | interface << 8);
    fake_config_bar(controller, 0, BASE, SIZE);
    fake_config_put(controller, COMMAND, 2, 0x0007);
    registers = fake_memory_add(BASE, SIZE);
    waits = 0;
}

static void add_ehci(uint32_t legacy)
{
    add_controller(0x20);
    put32(0x08, EHCI_LEGACY << 8);
    fake_config_put(controller, EHCI_LEGACY, 4, legacy);
    fake_config_put(controller, EHCI_LEGACY + 4, 4, 0xe000201f);
    fake_config_writable(controller, EHCI_LEGACY + 2, 2, 0xffff);
    fake_config_writable(controller, EHCI_LEGACY + 4, 4, 0x0000203f);
}

static void add_xhci(uint32_t legacy)
{
    add_controller(0x30);
    put32(0x10, XHCI_LEGACY / 4 << 16);
    put32(XHCI_LEGACY, legacy);
    put32(XHCI_LEGACY + 4, 0x0000e011);
}

static void add_ohci(uint32_t control)
{
    add_controller(0x10);
    put32(0x04, control);
    put32(0x10, 0x8000005a);
}

static void ehci_lets_go(void)
{
    if (++waits == WAITS)
        fake_config_put(controller, EHCI_LEGACY + 2, 1, 0);
}

static void ohci_lets_go(void)
{
    if (++waits == WAITS)
        put32(0x04, get32(0x04) & ~0x100u);
}

static void xhci_lets_go(void)
{
    if (++waits == WAITS)
        registers[XHCI_LEGACY + 2] = 0;
}

static void an_ehci_is_asked_for_and_its_interrupts_to_the_firmware_go_off(void **state)
{
    add_ehci(0x00010001);
    surroundings_on_wait = ehci_lets_go;
    scan();
    assert_int_equal(fake_config_get(controller, EHCI_LEGACY, 4), 0x01000001);
    assert_int_equal(fake_config_get(controller, EHCI_LEGACY + 4, 4) & 0x203f, 0);
    assert_int_equal(waits, WAITS);
    assert_true(surroundings_found("usb_legacy", "0000:00:04.0"));
    assert_int_equal(surroundings_log_total(), 1); // how many functions there are
}

static void an_ehci_of_a_firmware_that_holds_on_is_taken_after_a_second(void **state)
{
    add_ehci(0x00010001);
    scan();
    assert_int_equal(fake_config_get(controller, EHCI_LEGACY, 4), 0x01000001);
    assert_int_equal(surroundings_waited(), WAIT_MILLISECONDS(1000));
    assert_true(surroundings_logged("usb: 0000:00:04.0: the firmware did not let go of the EHCI controller"));
}

static void an_ehci_that_nobody_holds_costs_no_time_and_is_no_finding(void **state)
{
    add_ehci(0x00000001);
    scan();
    assert_int_equal(surroundings_waited(), 0);
    assert_int_equal(fake_config_get(controller, EHCI_LEGACY + 4, 4) & 0x203f, 0);
    assert_false(surroundings_found("usb_legacy", ""));
}

static void an_ehci_list_that_loops_ends(void **state)
{
    add_ehci(0x00006802); // no legacy support, next: itself
    scan();
    assert_int_equal(surroundings_waited(), 0);
}

static void an_ohci_is_asked_for_and_its_interrupts_go_off(void **state)
{
    add_ohci(0x000001c0);
    surroundings_on_wait = ohci_lets_go;
    scan();
    assert_int_equal(get32(0x08), 0x8);         // ownership change request
    assert_int_equal(get32(0x10), 0x40000000);  // its interrupt
    assert_int_equal(get32(0x14), 0xffffffffu); // all off, in the end
    assert_int_equal(get32(0x04), 0xc0);
    assert_true(surroundings_found("usb_legacy", "0000:00:04.0"));
}

static void an_ohci_of_a_firmware_that_holds_on_is_taken_after_a_second(void **state)
{
    add_ohci(0x000001c0);
    scan();
    assert_int_equal(get32(0x04), 0xc0);
    assert_true(surroundings_waited() >= WAIT_MILLISECONDS(1000) && surroundings_waited() < WAIT_MILLISECONDS(1010));
    assert_true(surroundings_logged("did not let go of the OHCI controller"));
}

static void an_ohci_that_nobody_holds_is_not_asked_for(void **state)
{
    add_ohci(0x000000c0);
    scan();
    assert_int_equal(get32(0x08), 0);
    assert_int_equal(surroundings_waited(), 0);
    assert_false(surroundings_found("usb_legacy", ""));
}

static void an_xhci_is_asked_for_whoever_drives_it(void **state)
{
    add_xhci(0x00010001);
    surroundings_on_wait = xhci_lets_go;
    scan();
    assert_int_equal(get32(XHCI_LEGACY), 0x01000001); // one byte was written: the list and the firmware's byte stand
    assert_int_equal(get32(XHCI_LEGACY + 4) & 0xe011, 0);
    assert_true(surroundings_found("usb_legacy", "0000:00:04.0"));
}

static void a_uhci_loses_its_traps(void **state)
{
    add_controller(0x00);
    fake_config_put(controller, 0xc0, 2, 0x00bf);
    fake_config_writable(controller, 0xc0, 2, 0x30bf);
    scan();
    assert_int_equal(fake_config_get(controller, 0xc0, 2), 0);
    assert_true(surroundings_found("usb_legacy", "0000:00:04.0"));
}

static void controllers_are_asked_for_before_anything_is_quieted(void **state)
{
    const struct event *event;
    bool is_asked = false;
    add_ehci(0x00010001);
    fake_function_add(0, 0, 1, 0, 0x00011af4); // found first
    surroundings_on_wait = ehci_lets_go;
    scan();
    for (uint32_t i = 0; (event = event_effect(i)) != NULL; i++) {
        is_asked = is_asked || (event->kind == EVENT_CONFIG_WRITE && event->where == EHCI_LEGACY + 3);
        assert_true(is_asked || event->kind != EVENT_CONFIG_WRITE || event->where != COMMAND);
    }
    assert_true(is_asked);
}

static void registers_that_nobody_can_reach_are_left_alone(void **state)
{
    add_xhci(0x00010001);
    fake_config_put(controller, COMMAND, 2, 0x0004);
    scan();
    assert_int_equal(registers[XHCI_LEGACY + 3], 0);
    assert_int_equal(fake_config_get(controller, COMMAND, 2) & 2, 0);
}

static void registers_over_memory_are_left_alone(void **state)
{
    add_xhci(0x00010001);
    assert_int_equal(claim_add((struct physical){0x80000000}, 0x10000000, CLAIM_FIXED, "RAM"), RESULT_OK);
    scan();
    assert_int_equal(registers[XHCI_LEGACY + 3], 0);
}

static void no_look_goes_beyond_where_something_else_begins(void **state)
{
    add_xhci(0x00010001);
    assert_int_equal(claim_add((struct physical){UINT64_C(0x400) + BASE}, 0x1000, CLAIM_FIXED, "IOAPIC 0"), RESULT_OK);
    scan();
    assert_int_equal(registers[XHCI_LEGACY + 3], 0);
    assert_true(surroundings_logged("list of extended capabilities is broken"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scanned_reset, scanned_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_ehci_is_asked_for_and_its_interrupts_to_the_firmware_go_off),
        TEST(an_ehci_of_a_firmware_that_holds_on_is_taken_after_a_second),
        TEST(an_ehci_that_nobody_holds_costs_no_time_and_is_no_finding),
        TEST(an_ehci_list_that_loops_ends),
        TEST(an_ohci_is_asked_for_and_its_interrupts_go_off),
        TEST(an_ohci_of_a_firmware_that_holds_on_is_taken_after_a_second),
        TEST(an_ohci_that_nobody_holds_is_not_asked_for),
        TEST(an_xhci_is_asked_for_whoever_drives_it),
        TEST(a_uhci_loses_its_traps),
        TEST(controllers_are_asked_for_before_anything_is_quieted),
        TEST(registers_that_nobody_can_reach_are_left_alone),
        TEST(registers_over_memory_are_left_alone),
        TEST(no_look_goes_beyond_where_something_else_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
