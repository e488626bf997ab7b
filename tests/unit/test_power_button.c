// The power button: what is switched off first, what makes it switch off the machine.
// sources: tests/fakes/heap.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c

#include "tests/fakes/events.h"
#include "tests/fakes/host.h"
#include "tests/fakes/mmio.h"

#include "arch/power_button.c"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { EVENT = 0x600, EVENT_ENABLE = 0x602, CONTROL = 0x604, GPE_ENABLE = 0x622, SMI = 0xb2 };

#define OUT(port, value)              \
    {                                 \
        EVENT_PORT_WRITE, port, value \
    }

static struct acpi_fadt fadt;
static enum result connected;
static bool obeys_smi;

enum result board_device_create(const struct board_line *of, const struct driver *by, struct device **device)
{
    static struct device created;

    assert_int_equal(of->number, 9);
    assert_int_equal(of->mode, INTERRUPT_LEVEL_SENSITIVE);
    assert_int_equal(of->polarity, INTERRUPT_ACTIVE_LOW);
    *device = &created;
    event_add(EVENT_CALL, 1, 0);
    return RESULT_OK;
}

enum result irq_connect(const struct irq_request *request, struct irq_grant *grant)
{
    return connected;
}

static void before_read(uint16_t port)
{
    const struct event *event = event_total() ? event_effect(event_total() - 1) : NULL;

    if (port == CONTROL && obeys_smi && event && event->where == SMI)
        fake_host_answer(CONTROL, PM1_SCI_ENABLE);
}

static int start(void **state)
{
    fake_mmio_reset();
    fake_host_reset();
    fake_host.step = 100000;
    fake_port_hook(before_read);
    fadt = (struct acpi_fadt){
        .sci_interrupt = 9,
        .pm1_event = {{EVENT, 4}},
        .pm1_control = {{CONTROL, 2}},
        .gpe = {{0x620, 4}},
        .smi_command = SMI,
        .acpi_enable = 2,
        .has_power_button = true,
    };
    connected = RESULT_OK;
    obeys_smi = true;
    fake_host_keep(CONTROL, PM1_SCI_ENABLE);
    event_clear();
    return 0;
}

static void other_events_are_off_before_the_line_is_connected_and_the_button_on_after_it(void **state)
{
    static const struct event expected[] = {
        OUT(EVENT_ENABLE, 0),       OUT(GPE_ENABLE, 0), OUT(GPE_ENABLE + 1, 0),
        OUT(EVENT_ENABLE, 0),       OUT(GPE_ENABLE, 0), OUT(GPE_ENABLE + 1, 0),
        OUT(EVENT, PM1_ALL_STATUS), {EVENT_CALL, 1, 0}, OUT(EVENT_ENABLE, PM1_POWER_BUTTON),
    };
    uint32_t at = 0;

    assert_null(power_button_start(&fadt));
    for (uint32_t i = 0; event_effect(i); i++) {
        if (event_effect(i)->kind == EVENT_PORT_READ)
            continue;
        assert_true(at < ARRAY_COUNT(expected));
        assert_int_equal(event_effect(i)->where, expected[at].where);
        assert_int_equal(event_effect(i)->value, expected[at].value);
        at++;
    }
    assert_int_equal(at, ARRAY_COUNT(expected));
}

static void firmware_is_asked_for_acpi_mode_and_waited_for_within_a_bound(void **state)
{
    obeys_smi = false;
    fake_host_keep(CONTROL, 0);
    assert_string_equal(power_button_start(&fadt), "the firmware does not enter ACPI mode");
    fadt.smi_command = 0;
    assert_string_equal(power_button_start(&fadt), "the firmware does not enter ACPI mode");
}

static void only_the_button_asks_to_switch_off_and_is_cleared(void **state)
{
    assert_null(power_button_start(&fadt));
    fake_host_answer(EVENT, 0x20);
    assert_false(button_service(NULL));
    fake_host_answer(EVENT, PM1_POWER_BUTTON | 0x20);
    event_clear();
    assert_true(button_service(NULL));
    uint32_t count = 0;
    while (event_effect(count))
        count++;
    assert_int_not_equal(count, 0);
    assert_int_equal(event_effect(count - 1)->where, EVENT);
    assert_int_equal(event_effect(count - 1)->value, PM1_POWER_BUTTON);
}

static void a_machine_without_a_fixed_button_is_told_why(void **state)
{
    assert_string_equal(power_button_start(NULL), "no FADT");
    fadt.has_power_button = false;
    assert_string_equal(power_button_start(&fadt), "it is a method's, in AML");
    fadt.hardware_reduced = true;
    assert_string_equal(power_button_start(&fadt), "a hardware-reduced machine has no fixed one");
    fadt.hardware_reduced = false;
    fadt.has_power_button = true;
    fadt.pm1_event[0].port = 0;
    assert_string_equal(power_button_start(&fadt), "the FADT names no ports for it");
    assert_null(event_effect(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(other_events_are_off_before_the_line_is_connected_and_the_button_on_after_it, start),
        cmocka_unit_test_setup(firmware_is_asked_for_acpi_mode_and_waited_for_within_a_bound, start),
        cmocka_unit_test_setup(only_the_button_asks_to_switch_off_and_is_cleared, start),
        cmocka_unit_test_setup(a_machine_without_a_fixed_button_is_told_why, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
