// The keyboard controller: found, tested in the right order, refused with a reason, its keys typed.
// sources: tests/fakes/heap.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c drivers/input/ps2_decoder.c

#include "tests/fakes/events.h"
#include "tests/fakes/host.h"
#include "tests/fakes/mmio.h"

#include "drivers/input/i8042.c"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

// ---- the controller, as the ports show it ----

static struct {
    uint8_t config;
    uint8_t self_test;
    uint8_t output[8];
    uint32_t count;
    bool is_from_second;
    bool has_keyboard;
    bool is_absent;
    bool is_data_for_config;
    uint8_t said[32]; // commands and data, in order
    uint32_t said_count;
} controller;

static enum result created, connected;

static void give(uint8_t byte)
{
    controller.output[controller.count++] = byte;
}

static void command(uint8_t byte)
{
    controller.is_data_for_config = byte == COMMAND_WRITE_CONFIG;
    if (byte == COMMAND_READ_CONFIG)
        give(controller.config);
    else if (byte == COMMAND_SELF_TEST) {
        controller.config = 0x30 | CONFIG_TRANSLATE; // as some do
        give(controller.self_test);
    } else if (byte == COMMAND_TEST_FIRST)
        give(FIRST_PASSED);
}

static void data(uint8_t byte)
{
    if (controller.is_data_for_config)
        controller.config = byte;
    else if (controller.has_keyboard)
        give(KEYBOARD_ACKNOWLEDGE);
    controller.is_data_for_config = false;
}

// The fake keeps what is written to a port; each write is in the list of events.
static uint32_t events_seen;

static void look_at_writes(void)
{
    const struct event *event;

    for (; (event = event_effect(events_seen)) != NULL; events_seen++) {
        if (event->kind != EVENT_PORT_WRITE)
            continue;
        controller.said[controller.said_count++ % sizeof(controller.said)] = (uint8_t)event->value;
        (event->where == COMMAND ? command : data)((uint8_t)event->value);
    }
}

static void before_read(uint16_t port)
{
    look_at_writes();
    if (port == STATUS)
        fake_host_answer(STATUS, controller.is_absent ? STATUS_NOTHING
                                 : controller.count   ? 1U | (controller.is_from_second ? 0x20U : 0)
                                                      : 0);
    if (port != DATA || !controller.count)
        return;
    fake_host_answer(DATA, controller.output[0]);
    memmove(controller.output, controller.output + 1, --controller.count);
}

// ---- what the driver hangs on ----

enum result board_device_create(const struct board_line *of, const struct driver *by, struct device **device)
{
    static struct device created_device;

    assert_int_equal(of->number, 1);
    assert_int_equal(of->mode, INTERRUPT_LATCHED);
    *device = &created_device;
    return created;
}

enum result irq_connect(const struct irq_request *request, struct irq_grant *grant)
{
    assert_false(controller.config & CONFIG_FIRST_INTERRUPT);
    return connected;
}

static int start(void **state)
{
    fake_mmio_reset();
    fake_host_reset();
    fake_host.step = 1000;
    fake_port_hook(before_read);
    event_clear();
    events_seen = 0;
    memset(&controller, 0, sizeof(controller));
    memset(&i8042, 0, sizeof(i8042));
    controller.has_keyboard = true;
    controller.self_test = SELF_TEST_PASSED;
    controller.config = CONFIG_TRANSLATE | CONFIG_FIRST_INTERRUPT | CONFIG_SECOND_INTERRUPT;
    created = connected = RESULT_OK;
    return 0;
}

static void a_controller_is_tested_with_both_ports_off_and_then_switched_on(void **state)
{
    static const uint8_t expected[] = {
        COMMAND_FIRST_OFF,
        COMMAND_SECOND_OFF,
        COMMAND_READ_CONFIG,
        COMMAND_WRITE_CONFIG,
        0x60,
        COMMAND_SELF_TEST,
        COMMAND_WRITE_CONFIG,
        0x60,
        COMMAND_READ_CONFIG,
        COMMAND_TEST_FIRST,
        COMMAND_FIRST_ON,
        KEYBOARD_SCAN_SET,
        KEYBOARD_SET_2,
        KEYBOARD_SCAN_ON,
        COMMAND_WRITE_CONFIG,
        0x61,
    };
    char said[I8042_TEXT];

    give(0x1e); // a key of before
    assert_int_equal(i8042_start(said), RESULT_OK);
    look_at_writes();
    assert_string_equal(said, "a keyboard");
    assert_int_equal(controller.said_count, sizeof(expected));
    assert_memory_equal(controller.said, expected, sizeof(expected));
}

static void nothing_is_written_where_nothing_answers(void **state)
{
    char said[I8042_TEXT];

    controller.is_absent = true;
    assert_int_equal(i8042_start(said), RESULT_NOT_FOUND);
    look_at_writes();
    assert_int_equal(controller.said_count, 0);
}

static void a_controller_that_fails_its_test_is_named(void **state)
{
    char said[I8042_TEXT];

    controller.self_test = 0xfc;
    assert_int_equal(i8042_start(said), RESULT_FAILED);
    assert_string_equal(said, "the controller fails its self-test");
}

static void without_a_keyboard_the_port_stays_on(void **state)
{
    char said[I8042_TEXT];

    controller.has_keyboard = false;
    assert_int_equal(i8042_start(said), RESULT_OK);
    look_at_writes();
    assert_string_equal(said, "no keyboard answers");
    assert_int_equal(controller.config & (CONFIG_FIRST_INTERRUPT | CONFIG_FIRST_OFF), CONFIG_FIRST_INTERRUPT);
}

static void keys_are_typed_and_the_second_ports_bytes_are_not(void **state)
{
    char said[I8042_TEXT];
    uint8_t byte;

    assert_int_equal(i8042_start(said), RESULT_OK);
    give(0x1e);
    assert_true(i8042_service(NULL));
    assert_true(keys_read(&byte, 0));
    assert_int_equal(byte, 'a');
    controller.is_from_second = true;
    give(0x1e);
    assert_true(i8042_service(NULL));
    assert_false(i8042_service(NULL));
    assert_false(keys_read(&byte, 0));
}

static void a_byte_whose_interrupt_was_lost_is_taken_after_a_while(void **state)
{
    char said[I8042_TEXT];
    uint8_t byte;

    assert_int_equal(i8042_start(said), RESULT_OK);
    give(0x1f);
    assert_false(is_left_behind());
    fake_host.nanoseconds += LEFT_BEHIND;
    assert_true(is_left_behind());
    take_left_behind();
    assert_true(keys_read(&byte, 0));
    assert_int_equal(byte, 's');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_controller_is_tested_with_both_ports_off_and_then_switched_on, start),
        cmocka_unit_test_setup(nothing_is_written_where_nothing_answers, start),
        cmocka_unit_test_setup(a_controller_that_fails_its_test_is_named, start),
        cmocka_unit_test_setup(without_a_keyboard_the_port_stays_on, start),
        cmocka_unit_test_setup(keys_are_typed_and_the_second_ports_bytes_are_not, start),
        cmocka_unit_test_setup(a_byte_whose_interrupt_was_lost_is_taken_after_a_while, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
