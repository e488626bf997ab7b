// SATA controllers: firmware's hand-over, ports stopped, one harmless command, and a shot by its issue register.
// sources: tests/fakes/heap.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/message_source.c
// sources: tests/fakes/driven_device.c tests/fakes/pages.c drivers/exercise.c drivers/shot_turn.c

#include "tests/fakes/driven_device.h"
#include "tests/fakes/host.h"
#include "tests/fakes/mmio.h"
#include "tests/fakes/pages.h"

#include "drivers/ahci/ahci.c"
#undef ALL_ONES
#include "drivers/ahci/ahci_port.c"
#include "drivers/register_wait.c"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { BAR_SIZE = 0x1000, PORT = 0x180, PORT_BIT = 2, LINK_UP = 0x123 }; // port 1

static uint32_t registers[BAR_SIZE / 4];
static bool refuses, is_firmwares, is_running_on;

static uint32_t register_read(uint64_t offset)
{
    return registers[offset / 4];
}

// A port is running while it is started; a command ends at once, and that interrupts where it is let.
static void command_change(uint32_t *port, uint32_t value)
{
    uint32_t state = (uint32_t)((value & COMMAND_START || is_running_on ? COMMAND_RUNNING : 0) |
                                (value & COMMAND_RECEIVE ? COMMAND_RECEIVING : 0));

    port[AHCI_PORT_COMMAND / 4] = value | state;
}

static void command_end(uint32_t *port)
{
    port[AHCI_PORT_IS / 4] |= (uint32_t)(refuses ? AHCI_PORT_BAD : AHCI_PORT_END);
    port[AHCI_PORT_ISSUE / 4] = refuses;
    registers[AHCI_IS / 4] |= PORT_BIT;
    if (port[AHCI_PORT_IE / 4] && registers[AHCI_GHC / 4] & GHC_INTERRUPTS)
        driven_device_deliver(0);
}

static void register_write(uint64_t offset, uint32_t value)
{
    uint32_t *port = &registers[PORT / 4];

    if (offset == AHCI_BOHC) {
        registers[AHCI_BOHC / 4] = is_firmwares ? value : value & ~(uint32_t)BOHC_FIRMWARE;
    } else if (offset == PORT + AHCI_PORT_COMMAND) {
        command_change(port, value & (uint32_t) ~(COMMAND_RUNNING | COMMAND_RECEIVING));
    } else if (offset == AHCI_IS || offset == PORT + AHCI_PORT_IS || offset == PORT + AHCI_PORT_ERROR) {
        registers[offset / 4] &= ~value;
    } else {
        registers[offset / 4] = value;
        if (offset == PORT + AHCI_PORT_ISSUE)
            command_end(port);
    }
}

static const struct fake_window window = {DRIVEN_BASE, BAR_SIZE, register_read, register_write};

static int prepare(void **state)
{
    (void)fake_pages_add(4);
    return 0;
}

// Firmware left the port running.
static int set_up(void **state)
{
    memset(registers, 0, sizeof(registers));
    refuses = is_firmwares = is_running_on = false;
    registers[AHCI_CAP / 4] = (uint32_t)CAP_64BIT;
    registers[AHCI_PI / 4] = PORT_BIT;
    registers[AHCI_CAP2 / 4] = (uint32_t)CAP2_HANDOFF;
    registers[AHCI_BOHC / 4] = (uint32_t)BOHC_FIRMWARE;
    registers[(PORT + AHCI_PORT_STATUS) / 4] = LINK_UP;
    registers[(PORT + AHCI_PORT_COMMAND) / 4] =
        (uint32_t)(COMMAND_START | COMMAND_RUNNING | COMMAND_RECEIVE | COMMAND_RECEIVING);
    fake_mmio_window(&window);
    driven_device_start(0x8086, 0x2922, MESSAGE_MSI, 1);
    driven.device.bars[AHCI_BAR].size = BAR_SIZE;
    return 0;
}

static int end(void **state)
{
    struct ahci *ahci = driven.device.driver_state;

    if (ahci)
        page_free(ahci->page, 1);
    heap_free(ahci);
    driven_device_end();
    fake_mmio_window(NULL);
    return 0;
}

static void firmware_hands_over_and_the_port_stops_before_it_gets_memory(void **state)
{
    assert_int_equal(ahci_driver.start(&driven.device), RESULT_OK);
    const struct ahci *ahci = driven.device.driver_state;
    uint64_t page = ahci->page.address;
    const struct event expected[] = {
        WRITE(AHCI_BOHC, 3),
        WRITE(AHCI_GHC, 0x80000000),
        WRITE(PORT + AHCI_PORT_IE, 0),
        WRITE(PORT + AHCI_PORT_COMMAND, 0xc010),
        WRITE(PORT + AHCI_PORT_COMMAND, 0x4000),
        WRITE(PORT + AHCI_PORT_ERROR, 0xffffffff),
        WRITE(PORT + AHCI_PORT_IS, 0xffffffff),
        WRITE(AHCI_IS, 0xffffffff),
        WRITE(AHCI_GHC, 0x80000002),
        WRITE(PORT + AHCI_PORT_LIST, (uint32_t)page),
        WRITE(PORT + AHCI_PORT_LIST + 4, page >> 32),
        WRITE(PORT + AHCI_PORT_RECEIVED, (uint32_t)(page + 0x400)),
        WRITE(PORT + AHCI_PORT_RECEIVED + 4, page >> 32),
        WRITE(PORT + AHCI_PORT_COMMAND, 0x10),
        WRITE(PORT + AHCI_PORT_IS, 0xffffffff),
        WRITE(PORT + AHCI_PORT_IE, 0x40000001),
        WRITE(PORT + AHCI_PORT_COMMAND, 0x4011),
        WRITE(PORT + AHCI_PORT_ISSUE, 1),
        WRITE(PORT + AHCI_PORT_IS, 1),
        WRITE(AHCI_IS, PORT_BIT),
    };
    event_expect(expected, sizeof(expected) / sizeof(expected[0]));
}

static void the_only_command_asks_for_the_power_mode_and_moves_no_data(void **state)
{
    assert_int_equal(ahci_driver.start(&driven.device), RESULT_OK);
    const struct ahci *ahci = driven.device.driver_state;
    const uint8_t *page = page_pointer(ahci->page);
    static const uint8_t fis[20] = {0x27, 0x80, 0xe5};
    uint32_t header[8];

    memcpy(header, page, sizeof(header));
    assert_int_equal(header[0], 5); // five dwords, to the drive, no region of memory
    assert_int_equal(header[2] | (uint64_t)header[3] << 32, ahci->page.address + 0x800);
    assert_memory_equal(page + 0x800, fis, sizeof(fis));
    for (uint32_t i = 32; i < 0x400; i++)
        assert_int_equal(page[i], 0);
}

static void a_shot_issues_it_again_when_it_has_ended(void **state)
{
    assert_int_equal(ahci_driver.start(&driven.device), RESULT_OK);
    uint64_t before = exercise_count(&driven.device, 0);
    assert_int_equal(ahci_driver.fire(&driven.device, 0), RESULT_OK);
    assert_int_equal(exercise_count(&driven.device, 0), before + 1);
    registers[(PORT + AHCI_PORT_ISSUE) / 4] = 1;
    assert_int_equal(ahci_driver.fire(&driven.device, 0), RESULT_BUSY);
}

static void a_drive_that_refuses_is_stopped_and_not_fired(void **state)
{
    uint32_t deliveries;

    refuses = true;
    assert_int_equal(ahci_driver.start(&driven.device), RESULT_OK);
    assert_false(ahci_driver.can_fire(&driven.device, 0, &deliveries));
    assert_int_equal(ahci_driver.fire(&driven.device, 0), RESULT_UNSUPPORTED);
    assert_int_equal(registers[(PORT + AHCI_PORT_COMMAND) / 4], 0);
    assert_int_equal(registers[(PORT + AHCI_PORT_IE) / 4], 0);
}

static void an_empty_port_gets_no_command(void **state)
{
    registers[(PORT + AHCI_PORT_STATUS) / 4] = 0;
    assert_int_equal(ahci_driver.start(&driven.device), RESULT_OK);
    const struct event *event;
    for (uint32_t i = 0; (event = event_effect(i)) != NULL; i++)
        assert_int_not_equal(event->where, PORT + AHCI_PORT_ISSUE);
}

static void what_firmware_keeps_or_does_not_stop_is_left_alone(void **state)
{
    is_firmwares = true;
    assert_int_equal(ahci_driver.start(&driven.device), RESULT_TIMEOUT);
    assert_null(driven.device.irq.messages);
    is_firmwares = false;
    is_running_on = true;
    assert_int_equal(ahci_driver.start(&driven.device), RESULT_TIMEOUT);
    assert_null(driven.device.irq.messages);
    assert_null(driven.device.driver_state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(firmware_hands_over_and_the_port_stops_before_it_gets_memory, set_up, end),
        cmocka_unit_test_setup_teardown(the_only_command_asks_for_the_power_mode_and_moves_no_data, set_up, end),
        cmocka_unit_test_setup_teardown(a_shot_issues_it_again_when_it_has_ended, set_up, end),
        cmocka_unit_test_setup_teardown(a_drive_that_refuses_is_stopped_and_not_fired, set_up, end),
        cmocka_unit_test_setup_teardown(an_empty_port_gets_no_command, set_up, end),
        cmocka_unit_test_setup_teardown(what_firmware_keeps_or_does_not_stop_is_left_alone, set_up, end),
    };

    return cmocka_run_group_tests(tests, prepare, NULL);
}
