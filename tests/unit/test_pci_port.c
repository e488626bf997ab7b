// Ports above a slot: which are taken, what is written to the slot, and one completion for one command.
// sources: tests/fakes/heap.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/message_source.c
// sources: tests/fakes/driven_device.c drivers/exercise.c drivers/shot_turn.c drivers/pci/pci_capability.c

#include "tests/fakes/driven_device.h"
#include "tests/fakes/host.h"
#include "tests/fakes/mmio.h"

#include "drivers/pci/pci_port.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { EXPRESS = 0x54, CONTROL = EXPRESS + SLOT_CONTROL, STATUS = EXPRESS + SLOT_STATUS, SIZE = 0x1000 };
// Power on, indicators on and off; presence changes told to the firmware.
enum { CONTROL_BEFORE = 0x01c0 | 0x0028, CONTROL_PLAIN = 0x01c0, CONTROL_SHOT = 0x01f0 };

static uint32_t flags, slot, control, status;
static bool is_mute; // completions are not told
static struct capability express = {PCI_CAPABILITY_EXPRESS, EXPRESS};

// Stands in for drivers/pci/pci_bridge.c.
bool pci_bridge_is_port(const struct device *bridge)
{
    return (flags >> 4 & 0xf) == PCI_EXPRESS_ROOT_PORT;
}

// Configuration space is mapped: nobody comes by address.
uint8_t pci_config_read8(struct pci_address address, uint16_t offset)
{
    fail();
    return 0;
}

void pci_config_write8(struct pci_address address, uint16_t offset, uint8_t value)
{
    fail();
}

uint16_t pci_config_read16(struct pci_address address, uint16_t offset)
{
    fail();
    return 0;
}

void pci_config_write16(struct pci_address address, uint16_t offset, uint16_t value)
{
    fail();
}

uint32_t pci_config_read32(struct pci_address address, uint16_t offset)
{
    fail();
    return 0;
}

void pci_config_write32(struct pci_address address, uint16_t offset, uint32_t value)
{
    fail();
}

static uint32_t register_read(uint64_t offset)
{
    switch (offset) {
    case EXPRESS + PCI_EXPRESS_FLAGS:
        return flags;
    case EXPRESS + SLOT_CAPABILITIES:
        return slot;
    case CONTROL:
        return control;
    default:
        return 0;
    }
}

// A completion that appears while both bits allow it sends the message.
static void register_write(uint64_t offset, uint32_t value)
{
    if (offset == STATUS)
        status &= ~value;
    if (offset != CONTROL)
        return;
    control = value;
    if (is_mute || status & STATUS_COMPLETED)
        return;
    status |= (uint32_t)STATUS_COMPLETED;
    if ((control & CONTROL_SHOT) == CONTROL_SHOT)
        driven_device_deliver(0);
}

static const struct fake_window window = {DRIVEN_BASE, SIZE, register_read, register_write};

static int set_up(void **state)
{
    flags = 0x0142;
    slot = (uint32_t)CAPABILITIES_HOTPLUG;
    control = CONTROL_BEFORE;
    status = 0;
    is_mute = false;
    fake_mmio_window(&window);
    driven_device_start(0x1b36, 0x000c, MESSAGE_MSIX, 1);
    driven.device.config = (void *)DRIVEN_BASE;
    driven.device.header_type = PCI_HEADER_BRIDGE;
    driven.device.capabilities = (struct capability_list){&express, 1, NULL};
    return 0;
}

static int end(void **state)
{
    heap_free(driven.device.driver_state);
    driven_device_end();
    fake_mmio_window(NULL);
    return 0;
}

static void ports_whose_slot_takes_commands_and_tells_of_them_are_taken(void **state)
{
    assert_true(pci_port_driver.matches(&driven.device));
    slot = (uint32_t)(CAPABILITIES_HOTPLUG | CAPABILITIES_NOT_TOLD);
    assert_false(pci_port_driver.matches(&driven.device));
    slot = 0;
    assert_false(pci_port_driver.matches(&driven.device));
    slot = (uint32_t)CAPABILITIES_HOTPLUG;
    flags = 0x0042; // no slot
    assert_false(pci_port_driver.matches(&driven.device));
    flags = 0x0152; // an upstream port
    assert_false(pci_port_driver.matches(&driven.device));
}

static void power_and_indicators_stay_as_they_are(void **state)
{
    static const struct event expected[] = {WRITE(CONTROL, CONTROL_PLAIN), WRITE(STATUS, 0x10),
                                            WRITE(CONTROL, CONTROL_SHOT)};

    assert_int_equal(pci_port_driver.start(&driven.device), RESULT_OK);
    event_expect(expected, 3);
}

static void each_shot_is_one_command_and_comes_once(void **state)
{
    static const struct event expected[] = {WRITE(STATUS, 0x10), WRITE(CONTROL, CONTROL_SHOT)};

    assert_int_equal(pci_port_driver.start(&driven.device), RESULT_OK);
    uint64_t before = exercise_count(&driven.device, 0);
    for (uint32_t shot = 1; shot <= 3; shot++) {
        event_clear();
        assert_int_equal(pci_port_driver.fire(&driven.device, 0), RESULT_OK);
        event_expect(expected, 2);
        assert_int_equal(exercise_count(&driven.device, 0), before + shot);
    }
}

static void a_port_that_tells_no_completion_is_quieted_and_not_fired(void **state)
{
    uint32_t deliveries;

    is_mute = true;
    assert_int_equal(pci_port_driver.start(&driven.device), RESULT_OK);
    assert_int_equal(control, CONTROL_PLAIN);
    assert_false(pci_port_driver.can_fire(&driven.device, 0, &deliveries));
    event_clear();
    assert_int_equal(pci_port_driver.fire(&driven.device, 0), RESULT_UNSUPPORTED);
    event_expect(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ports_whose_slot_takes_commands_and_tells_of_them_are_taken, set_up, end),
        cmocka_unit_test_setup_teardown(power_and_indicators_stay_as_they_are, set_up, end),
        cmocka_unit_test_setup_teardown(each_shot_is_one_command_and_comes_once, set_up, end),
        cmocka_unit_test_setup_teardown(a_port_that_tells_no_completion_is_quieted_and_not_fired, set_up, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
