// Intel controllers with one message: quieted without a reset, fired by their cause, by MSI and by the line.
// sources: tests/fakes/heap.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/message_source.c
// sources: tests/fakes/driven_device.c drivers/exercise.c drivers/shot_turn.c

#include "tests/fakes/driven_device.h"
#include "tests/fakes/host.h"
#include "tests/fakes/mmio.h"

#include "drivers/nic/e1000.c"
#include "drivers/nic/nic_cause.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { I219 = 0x15bc, CAUSE = 1, LINK_CHANGE = 4 };

static uint32_t causes;
static bool is_deaf; // no interrupt is taken

static uint32_t register_read(uint64_t offset)
{
    uint32_t found = offset == E1000_ICR ? causes : 0;

    if (offset == E1000_ICR)
        causes = 0;
    return found;
}

static void register_write(uint64_t offset, uint32_t value)
{
    if (offset != E1000_ICS)
        return;
    causes |= value;
    if (!is_deaf)
        driven_device_deliver(0);
}

static const struct fake_window window = {DRIVEN_BASE, E1000_BAR_SIZE, register_read, register_write};

static int set_up(void **state)
{
    causes = 0;
    is_deaf = false;
    fake_mmio_window(&window);
    driven_device_start(E1000_VENDOR, I219, MESSAGE_MSI, 1);
    assert_true(e1000_driver.matches(&driven.device));
    assert_int_equal(e1000_driver.start(&driven.device), RESULT_OK);
    return 0;
}

static int tear_down(void **state)
{
    heap_free(driven.device.driver_state);
    driven_device_end();
    fake_mmio_window(NULL);
    return 0;
}

static void it_receives_and_sends_nothing_and_is_not_reset(void **state)
{
    static const struct event expected[] = {WRITE(E1000_IMC, 0xffffffff), WRITE(E1000_RCTL, 0), WRITE(E1000_TCTL, 0),
                                            WRITE(E1000_ITR, 0), WRITE(E1000_IMC, 0xffffffff)};

    event_expect(expected, sizeof(expected) / sizeof(expected[0]));
}

static void a_shot_unmasks_its_cause_and_sets_it(void **state)
{
    static const struct event expected[] = {WRITE(E1000_IMS, CAUSE), WRITE(E1000_ICS, CAUSE)};

    event_clear();
    assert_int_equal(e1000_driver.fire(&driven.device, 0), RESULT_OK);
    event_expect(expected, 2);
    assert_int_equal(exercise_count(&driven.device, 0), 1);
    assert_int_equal(e1000_driver.fire(&driven.device, 1), RESULT_UNSUPPORTED);
}

static void a_shot_nobody_has_served_keeps_it_busy_for_a_while(void **state)
{
    is_deaf = true;
    assert_int_equal(e1000_driver.fire(&driven.device, 0), RESULT_OK);
    event_clear();
    assert_int_equal(e1000_driver.fire(&driven.device, 0), RESULT_BUSY);
    event_expect(NULL, 0);
    fake_host.nanoseconds += WAIT_MILLISECONDS(500);
    assert_int_equal(e1000_driver.fire(&driven.device, 0), RESULT_OK);
}

static void a_cause_of_the_link_is_nobodys_shot(void **state)
{
    struct nic_cause *nic = driven.device.driver_state;

    causes = LINK_CHANGE;
    assert_false(nic_cause_serve(nic));
    assert_int_equal(nic->turn.served, 0);
}

static void the_line_follows_the_cause(void **state)
{
    static const struct event expected[] = {WRITE(E1000_IMS, CAUSE), WRITE(E1000_ICS, CAUSE),
                                            WRITE(E1000_IMC, 0xffffffff)};

    event_clear();
    is_deaf = true;
    assert_int_equal(e1000_driver.assert_line(&driven.device, true), RESULT_OK);
    assert_int_equal(causes, CAUSE);
    assert_int_equal(e1000_driver.assert_line(&driven.device, false), RESULT_OK);
    assert_int_equal(causes, 0);
    event_expect(expected, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_receives_and_sends_nothing_and_is_not_reset, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_shot_unmasks_its_cause_and_sets_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_shot_nobody_has_served_keeps_it_busy_for_a_while, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cause_of_the_link_is_nobodys_shot, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_line_follows_the_cause, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
