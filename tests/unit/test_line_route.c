// Measuring lines: which pins are asked, which answer is believed, and what is left behind.
// sources: tests/fakes/host.c tests/fakes/heap.c

#include "kernel/core/wait.h"
#include "kernel/inventory/board_device.h"
#include "kernel/inventory/driver.h"
#include "kernel/inventory/line_route.h"
#include "kernel/runtime/log.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { PIN_COUNT = 32, NO_PIN = 99 };

// A machine of one device and its pins.
static struct {
    struct line_pin pins[PIN_COUNT];
    bool noisy[PIN_COUNT]; // asserted by somebody else
    uint32_t wired_to;     // where the device's line arrives
    uint32_t also_wired_to;
    bool is_enabled;
    bool is_asserted;
    bool is_held;
    uint32_t open_pin;
    uint32_t assertions_left; // before the device dies
    char order[256];          // pins in the order they were asked
    bool was_asked_unheld;
} machine;

static struct device device;
static struct message_source line_source;

static void pin_set(uint32_t gsi, uint32_t isa_irq, bool is_overridden, enum interrupt_mode mode)
{
    machine.pins[gsi].isa_irq = isa_irq;
    machine.pins[gsi].is_overridden = is_overridden;
    machine.pins[gsi].mode = mode;
}

// A PC: the timer's IRQ 0 arrives at GSI 2, the MADT calls 5, 9, 10 and 11 level-sensitive, and 9 is the SCI.
static int set_up(void **state)
{
    fake_host_reset();
    memset(&machine, 0, sizeof(machine));
    for (uint32_t i = 0; i < PIN_COUNT; i++)
        machine.pins[i] = (struct line_pin){.gsi = i,
                                            .isa_irq = i < LINE_ISA_COUNT ? i : LINE_ISA_NONE,
                                            .mode = INTERRUPT_LEVEL_SENSITIVE,
                                            .polarity = INTERRUPT_ACTIVE_LOW};
    machine.pins[0].isa_irq = LINE_ISA_NONE;
    pin_set(2, 0, true, INTERRUPT_LATCHED);
    for (uint32_t irq = 5; irq <= 11; irq++)
        if (irq == 5 || irq >= 9)
            pin_set(irq, irq, true, INTERRUPT_LEVEL_SENSITIVE);
    machine.pins[9].is_reserved = true;
    machine.wired_to = 22;
    machine.also_wired_to = machine.open_pin = NO_PIN;
    machine.assertions_left = UINT32_MAX;
    memset(device.irq.sources, 0, sizeof(device.irq.sources));
    device.line_gsi = 0;
    return 0;
}

static bool pins_describe(uint32_t index, struct line_pin *pin)
{
    if (index < PIN_COUNT)
        *pin = machine.pins[index];
    return index < PIN_COUNT;
}

static void pins_hold(bool on)
{
    machine.is_held = on;
}

static enum result pins_open(const struct line_pin *pin)
{
    size_t length = strlen(machine.order);

    assert_int_equal(machine.open_pin, NO_PIN);
    assert_false(machine.is_asserted);
    format_text(machine.order + length, sizeof(machine.order) - length, "%s%u", length ? " " : "", pin->gsi);
    machine.was_asked_unheld |= !machine.is_held;
    machine.open_pin = pin->gsi;
    return RESULT_OK;
}

static bool pins_listen(const struct line_pin *pin, uint64_t nanoseconds)
{
    bool is_wired = pin->gsi == machine.wired_to || pin->gsi == machine.also_wired_to;

    assert_int_equal(machine.open_pin, pin->gsi);
    assert_true(nanoseconds <= WAIT_MILLISECONDS(100));
    return machine.noisy[pin->gsi] || (is_wired && machine.is_enabled && machine.is_asserted);
}

static void pins_close(const struct line_pin *pin)
{
    assert_int_equal(machine.open_pin, pin->gsi);
    assert_false(machine.is_asserted);
    machine.open_pin = NO_PIN;
}

static struct message_source *pins_create(struct device *owner, const struct line_pin *pin)
{
    line_source = (struct message_source){.device = &owner->irq,
                                          .kind = MESSAGE_LINE,
                                          .mode = pin->mode,
                                          .polarity = pin->polarity};
    return &line_source;
}

static const struct line_pins fake_pins = {pins_describe, pins_hold, pins_open, pins_listen, pins_close, pins_create};

static enum result driver_assert(struct device *owner, bool on)
{
    bool is_dead = machine.assertions_left == 0;

    machine.is_asserted = on && !is_dead;
    machine.assertions_left -= machine.is_asserted;
    return is_dead ? RESULT_GONE : RESULT_OK;
}

static void line_enable(struct device *owner, bool on)
{
    machine.is_enabled = on;
}

static bool line_is_asserted(const struct device *owner)
{
    return machine.is_asserted;
}

static const struct device_line device_line = {.enable = line_enable, .is_asserted = line_is_asserted};
static const struct driver driver = {.name = "edu", .assert_line = driver_assert};
static struct device device = {.address = {0, 0, 6, 0}, .line = &device_line, .driver = &driver};

static int attach(void **state)
{
    line_route_attach(&fake_pins);
    return 0;
}

static void expect_quiet(void)
{
    assert_false(machine.is_enabled);
    assert_false(machine.is_asserted);
    assert_false(machine.is_held);
    assert_int_equal(machine.open_pin, NO_PIN);
    assert_false(machine.was_asked_unheld);
}

static void the_pin_that_follows_the_line_is_found_and_recorded(void **state)
{
    assert_int_equal(line_route_find(&device), RESULT_OK);
    assert_int_equal(device.line_gsi, 22);
    assert_ptr_equal(device.irq.sources[MESSAGE_LINE], &line_source);
    expect_quiet();
}

static void pci_pins_are_asked_before_isa_pins_and_the_old_pcs_own_never(void **state)
{
    uint32_t warnings = log_total(LOG_WARNING);

    machine.wired_to = NO_PIN;
    assert_int_equal(line_route_find(&device), RESULT_NOT_FOUND);
    assert_string_equal(machine.order, "16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 5 10 11");
    assert_null(device.irq.sources[MESSAGE_LINE]);
    assert_int_equal(device.line_gsi, 0);
    assert_int_equal(log_total(LOG_WARNING), warnings + 1);
    expect_quiet();
}

static void of_two_pins_that_follow_the_line_the_one_above_the_isa_range_is_taken(void **state)
{
    machine.also_wired_to = 11;
    assert_int_equal(line_route_find(&device), RESULT_OK);
    assert_int_equal(device.line_gsi, 22);
}

static void a_line_that_arrives_in_the_isa_range_has_the_wiring_of_the_madt(void **state)
{
    machine.wired_to = 10;
    machine.pins[10].polarity = INTERRUPT_ACTIVE_HIGH;
    assert_int_equal(line_route_find(&device), RESULT_OK);
    assert_int_equal(device.line_gsi, 10);
    assert_int_equal(line_source.mode, INTERRUPT_LEVEL_SENSITIVE);
    assert_int_equal(line_source.polarity, INTERRUPT_ACTIVE_HIGH);
}

static void a_pin_that_somebody_else_asserts_is_not_believed(void **state)
{
    machine.noisy[17] = machine.noisy[19] = true;
    assert_int_equal(line_route_find(&device), RESULT_OK);
    assert_int_equal(device.line_gsi, 22);
    machine.wired_to = 19;
    assert_int_equal(line_route_find(&device), RESULT_NOT_FOUND);
    expect_quiet();
}

static void a_pin_in_use_is_measured_like_any_other_while_all_in_use_are_held(void **state)
{
    machine.pins[22].is_live = true;
    assert_int_equal(line_route_find(&device), RESULT_OK);
    assert_int_equal(device.line_gsi, 22);
    expect_quiet();
}

static void a_device_that_dies_is_left_alone_at_once(void **state)
{
    machine.wired_to = NO_PIN;
    machine.assertions_left = 3;
    assert_int_equal(line_route_find(&device), RESULT_FAILED);
    assert_string_equal(machine.order, "16 17 18");
    assert_false(machine.is_held || machine.is_enabled);
    assert_int_equal(machine.open_pin, NO_PIN);
}

static void a_device_whose_driver_cannot_assert_its_line_is_not_touched(void **state)
{
    static const struct driver other = {.name = "nvme"};

    device.driver = &other;
    assert_int_equal(line_route_find(&device), RESULT_UNSUPPORTED);
    device.driver = &driver;
    device.line = NULL;
    assert_int_equal(line_route_find(&device), RESULT_UNSUPPORTED);
    device.line = &device_line;
    line_route_attach(NULL);
    assert_int_equal(line_route_find(&device), RESULT_UNSUPPORTED);
    line_route_attach(&fake_pins);
    assert_string_equal(machine.order, "");
}

static void only_irqs_that_firmware_gives_to_pci_are_asked_without_an_override(void **state)
{
    for (uint32_t irq = 0; irq < LINE_ISA_COUNT; irq++) {
        struct line_pin pin = {.gsi = irq, .isa_irq = irq, .mode = INTERRUPT_LEVEL_SENSITIVE};
        bool is_asked = irq == 5 || irq == 9 || irq == 10 || irq == 11;
        assert_int_equal(line_route_rank(&pin), is_asked ? LINE_RANK_ISA : LINE_RANK_NEVER);
    }
}

static void a_line_that_is_known_has_the_madts_wiring_or_its_buss(void **state)
{
    assert_int_equal(line_route_fixed(&device, 1, INTERRUPT_LATCHED, INTERRUPT_ACTIVE_HIGH), RESULT_OK);
    assert_int_equal(device.line_gsi, 1);
    assert_int_equal(line_source.mode, INTERRUPT_LATCHED);
    assert_int_equal(line_source.polarity, INTERRUPT_ACTIVE_HIGH);
    assert_int_equal(line_route_fixed(&device, 0, INTERRUPT_LEVEL_SENSITIVE, INTERRUPT_ACTIVE_HIGH), RESULT_OK);
    assert_int_equal(device.line_gsi, 2); // where the override has it
    assert_int_equal(line_source.mode, INTERRUPT_LATCHED);
    assert_int_equal(line_source.polarity, INTERRUPT_ACTIVE_LOW);
    machine.pins[2].mode_conforms = machine.pins[2].polarity_conforms = true;
    assert_int_equal(line_route_fixed(&device, 0, INTERRUPT_LEVEL_SENSITIVE, INTERRUPT_ACTIVE_HIGH), RESULT_OK);
    assert_int_equal(line_source.mode, INTERRUPT_LEVEL_SENSITIVE);
    assert_int_equal(line_source.polarity, INTERRUPT_ACTIVE_HIGH);
    assert_int_equal(line_route_fixed(&device, 20, INTERRUPT_LEVEL_SENSITIVE, INTERRUPT_ACTIVE_LOW), RESULT_OK);
    assert_int_equal(device.line_gsi, 20);
    assert_int_equal(line_route_fixed(&device, 77, INTERRUPT_LATCHED, INTERRUPT_ACTIVE_HIGH), RESULT_NOT_FOUND);
}

static void a_device_of_the_board_is_found_by_its_line_and_is_no_function(void **state)
{
    static const struct board_line line = {.number = 1};
    struct device_reading reading;
    struct pci_address address;
    struct device *created;
    uint32_t before = device_total();

    assert_int_equal(board_device_create(&line, &driver, &created), RESULT_OK);
    assert_int_equal(device_total(), before);
    assert_null(device_first());
    assert_int_equal(pci_address_parse("ffff:00:01.0", &address), RESULT_OK);
    assert_ptr_equal(device_find(address), created);
    created->line->enable(created, false);
    created->read(created, &reading);
    assert_true(reading.is_present && reading.line_disabled);
    assert_true(board_device_is(created) && !board_device_is(&device));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_pin_that_follows_the_line_is_found_and_recorded, set_up),
        cmocka_unit_test_setup(pci_pins_are_asked_before_isa_pins_and_the_old_pcs_own_never, set_up),
        cmocka_unit_test_setup(of_two_pins_that_follow_the_line_the_one_above_the_isa_range_is_taken, set_up),
        cmocka_unit_test_setup(a_line_that_arrives_in_the_isa_range_has_the_wiring_of_the_madt, set_up),
        cmocka_unit_test_setup(a_pin_that_somebody_else_asserts_is_not_believed, set_up),
        cmocka_unit_test_setup(a_pin_in_use_is_measured_like_any_other_while_all_in_use_are_held, set_up),
        cmocka_unit_test_setup(a_device_that_dies_is_left_alone_at_once, set_up),
        cmocka_unit_test_setup(a_device_whose_driver_cannot_assert_its_line_is_not_touched, set_up),
        cmocka_unit_test_setup(a_line_that_is_known_has_the_madts_wiring_or_its_buss, set_up),
        cmocka_unit_test_setup(a_device_of_the_board_is_found_by_its_line_and_is_no_function, set_up),
        cmocka_unit_test_setup(only_irqs_that_firmware_gives_to_pci_are_asked_without_an_override, set_up),
    };

    return cmocka_run_group_tests(tests, attach, NULL);
}
