// Intel controllers with extended causes: what is written to them, in which order, and what a shot is.
// sources: tests/fakes/heap.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/message_source.c
// sources: tests/fakes/driven_device.c drivers/exercise.c drivers/shot_turn.c

#include "tests/fakes/driven_device.h"
#include "tests/fakes/host.h"
#include "tests/fakes/mmio.h"

#include "drivers/nic/igb.c"
#include "drivers/nic/nic_cause.c"
#include "drivers/register_wait.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { I210 = 0x1533, I225 = 0x15f2, CONTROL_BEFORE = 0x40, CAUSE = 1 };

static uint32_t control, causes;
static bool is_gone;

static uint32_t register_read(uint64_t offset)
{
    uint32_t found = 0;

    if (is_gone)
        return ALL_ONES;
    if (offset == IGB_CTRL)
        return control;
    if (offset == IGB_ICR) {
        found = causes;
        causes = 0;
    }
    return found;
}

// A reset is over at once; a cause that is set interrupts where it is unmasked.
static void register_write(uint64_t offset, uint32_t value)
{
    if (offset == IGB_CTRL)
        control = value & ~(uint32_t)(CTRL_PORT_RESET | CTRL_DEVICE_RESET);
    if (offset == IGB_EICS)
        driven_device_deliver((uint32_t)__builtin_ctz(value));
    if (offset == IGB_ICS) {
        causes |= value;
        driven_device_deliver(0);
    }
}

static const struct fake_window window = {DRIVEN_BASE, IGB_BAR_SIZE, register_read, register_write};

static void start(uint16_t id, enum message_kind kind, uint32_t messages)
{
    control = CONTROL_BEFORE;
    causes = 0;
    is_gone = false;
    fake_mmio_window(&window);
    driven_device_start(IGB_VENDOR, id, kind, messages);
}

static int end(void **state)
{
    heap_free(driven.device.driver_state);
    driven_device_end();
    fake_mmio_window(NULL);
    return 0;
}

static void it_is_silent_and_reset_before_its_causes_are_let_go(void **state)
{
    static const struct event expected[] = {
        WRITE(IGB_EIMC, 0xffffffff),
        WRITE(IGB_IMC, 0xffffffff),
        WRITE(IGB_RCTL, 0),
        WRITE(IGB_TCTL, 0),
        WRITE(IGB_CTRL, 0x44),
        WRITE(IGB_CTRL, 0x04000040),
        WRITE(IGB_EIMC, 0xffffffff),
        WRITE(IGB_IMC, 0xffffffff),
        WRITE(IGB_GPIE, 0x80000010),
        WRITE(0x1680, 0),
        WRITE(0x1684, 0),
        WRITE(IGB_EIAC, 3),
        WRITE(IGB_EIAM, 0),
        WRITE(IGB_EIMS, 3),
    };

    start(I210, MESSAGE_MSIX, 2);
    assert_int_equal(igb_driver.start(&driven.device), RESULT_OK);
    event_expect(expected, sizeof(expected) / sizeof(expected[0]));
}

static void the_successors_are_reset_by_another_bit(void **state)
{
    start(I225, MESSAGE_MSIX, 1);
    assert_int_equal(igb_driver.start(&driven.device), RESULT_OK);
    assert_int_equal(event_effect(5)->where, IGB_CTRL);
    assert_int_equal(event_effect(5)->value, 0x20000040);
}

static void every_message_is_fired_by_one_store_and_comes_once(void **state)
{
    start(I210, MESSAGE_MSIX, 5);
    assert_int_equal(igb_driver.start(&driven.device), RESULT_OK);
    for (uint32_t index = 0; index < 5; index++) {
        struct driver_doorbell doorbell;
        assert_true(igb_driver.doorbell(&driven.device, index, &doorbell));
        assert_int_equal((uint64_t)doorbell.address, DRIVEN_BASE + IGB_EICS);
        assert_int_equal(doorbell.value, 1u << index);
        event_clear();
        assert_int_equal(igb_driver.fire(&driven.device, index), RESULT_OK);
        const struct event expected = WRITE(IGB_EICS, 1u << index);
        event_expect(&expected, 1);
        assert_int_equal(exercise_count(&driven.device, index), 1);
    }
    assert_int_equal(igb_driver.fire(&driven.device, 5), RESULT_UNSUPPORTED);
}

static void ten_messages_are_the_most_it_takes(void **state)
{
    start(I210, MESSAGE_MSIX, 25);
    assert_int_equal(igb_driver.start(&driven.device), RESULT_OK);
    assert_int_equal(driven.device.irq.messages->message_count, 10);
}

static void by_msi_the_ordinary_cause_is_unmasked_and_then_set(void **state)
{
    static const struct event expected[] = {WRITE(IGB_IMS, CAUSE), WRITE(IGB_ICS, CAUSE)};
    struct driver_doorbell doorbell;

    start(I210, MESSAGE_MSI, 1);
    assert_int_equal(igb_driver.start(&driven.device), RESULT_OK);
    assert_false(igb_driver.doorbell(&driven.device, 0, &doorbell));
    event_clear();
    assert_int_equal(igb_driver.fire(&driven.device, 0), RESULT_OK);
    event_expect(expected, 2);
    assert_int_equal(exercise_count(&driven.device, 0), 1);
    assert_int_equal(causes, 0);
}

static void one_that_is_gone_does_not_start(void **state)
{
    start(I210, MESSAGE_MSIX, 5);
    is_gone = true;
    assert_int_equal(igb_driver.start(&driven.device), RESULT_GONE);
    assert_null(driven.device.irq.messages);
    assert_null(driven.device.driver_state);
}

static void others_of_the_same_maker_are_left_alone(void **state)
{
    start(0x10d3, MESSAGE_MSIX, 5);
    assert_false(igb_driver.matches(&driven.device));
    driven.device.device_id = I210;
    assert_true(igb_driver.matches(&driven.device));
    driven.device.vendor_id = 0x1af4;
    assert_false(igb_driver.matches(&driven.device));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(it_is_silent_and_reset_before_its_causes_are_let_go, end),
        cmocka_unit_test_teardown(the_successors_are_reset_by_another_bit, end),
        cmocka_unit_test_teardown(every_message_is_fired_by_one_store_and_comes_once, end),
        cmocka_unit_test_teardown(ten_messages_are_the_most_it_takes, end),
        cmocka_unit_test_teardown(by_msi_the_ordinary_cause_is_unmasked_and_then_set, end),
        cmocka_unit_test_teardown(one_that_is_gone_does_not_start, end),
        cmocka_unit_test_teardown(others_of_the_same_maker_are_left_alone, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
