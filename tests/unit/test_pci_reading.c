// What a function's configuration space says now: every bit from its register, and nothing from a function that is
// gone.
// sources: drivers/pci/pci.c drivers/pci/pci_bar.c drivers/pci/pci_bar_check.c drivers/pci/pci_bridge.c
// sources: drivers/pci/pci_capability.c drivers/pci/pci_command.c drivers/pci/pci_disturb.c drivers/pci/pci_function.c
// sources: drivers/pci/pci_leftover.c drivers/pci/pci_line.c drivers/pci/pci_msi.c drivers/pci/pci_msi_probe.c
// sources: drivers/pci/pci_msi_source.c drivers/pci/pci_msix.c drivers/pci/pci_msix_probe.c
// sources: drivers/pci/pci_msix_source.c drivers/pci/pci_power.c drivers/pci/pci_reading.c drivers/pci/pci_window.c
// sources: tests/fakes/pci_config.c tests/fakes/pci_surroundings.c tests/fakes/events.c tests/fakes/mmio.c

#include "drivers/pci/pci_function.h"
#include "drivers/pci/pci_reading.h"
#include "tests/fakes/events.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { COMMAND = 0x04, POWER = 0xc8, MSI = 0xd0, MSIX = 0xa0 };

static struct fake_function *function;
static struct device *device;
static struct device_reading reading;

static int set_up(void **state)
{
    fake_config_reset();
    surroundings_reset();
    event_clear();
    function = fake_function_add(0, 0, 4, 0, 0x10d38086);
    fake_config_capability(function, POWER, 0x01, 0);
    fake_config_msi(function, MSI, 0x018a);
    fake_config_msix(function, MSIX, 4, 0x3, 0x2003);
    device = pci_function_create((struct pci_address){.device = 4});
    return 0;
}

static int tear_down(void **state)
{
    pci_function_destroy(device);
    fake_config_reset();
    return 0;
}

static const struct device_reading *read_now(void)
{
    memset(&reading, 0xa5, sizeof(reading));
    device->read(device, &reading);
    return &reading;
}

static void a_function_as_reset_leaves_it(void **state)
{
    read_now();
    assert_true(reading.is_present);
    assert_int_equal(reading.power_state, 0);
    assert_false(reading.memory_decode || reading.bus_master || reading.line_disabled);
    assert_false(reading.msi_enabled || reading.msix_enabled || reading.function_masked);
    assert_int_equal(reading.msi_granted, 1);
    assert_int_equal(reading.table_size, 5);
}

static void each_bit_of_the_command_register_is_told_apart(void **state)
{
    fake_config_put(function, COMMAND, 2, 0x0002);
    read_now();
    assert_true(reading.memory_decode && !reading.bus_master && !reading.line_disabled);
    fake_config_put(function, COMMAND, 2, 0x0004);
    read_now();
    assert_true(!reading.memory_decode && reading.bus_master && !reading.line_disabled);
    fake_config_put(function, COMMAND, 2, 0x0400);
    read_now();
    assert_true(!reading.memory_decode && !reading.bus_master && reading.line_disabled);
}

static void the_power_state_is_two_bits_of_its_register(void **state)
{
    fake_config_put(function, POWER + 4, 2, 0x810b); // state 3 among other bits
    assert_int_equal(read_now()->power_state, 3);
}

static void messages_granted_are_counted_not_their_logarithm(void **state)
{
    fake_config_put(function, MSI + 2, 2, 0x018a | 5 << 4 | 1);
    read_now();
    assert_true(reading.msi_enabled);
    assert_int_equal(reading.msi_granted, 32);
    fake_config_put(function, MSI + 2, 2, 0x018a | 6 << 4);
    read_now();
    assert_false(reading.msi_enabled);
    assert_int_equal(reading.msi_granted, 0); // a reserved code
}

static void enable_and_function_mask_are_told_apart(void **state)
{
    fake_config_put(function, MSIX + 2, 2, 0x8004);
    read_now();
    assert_true(reading.msix_enabled && !reading.function_masked);
    fake_config_put(function, MSIX + 2, 2, 0x47ff);
    read_now();
    assert_true(!reading.msix_enabled && reading.function_masked);
    assert_int_equal(reading.table_size, 2048);
}

static void without_capabilities_their_fields_are_zero(void **state)
{
    fake_function_add(0, 0, 5, 0, 0x12345678);
    struct device *bare = pci_function_create((struct pci_address){.device = 5});
    bare->read(bare, &reading);
    assert_true(reading.is_present);
    assert_int_equal(reading.msi_granted, 0);
    assert_int_equal(reading.table_size, 0);
    assert_int_equal(reading.power_state, 0);
    pci_function_destroy(bare);
}

static void a_function_that_is_gone_or_another_says_nothing(void **state)
{
    struct device_reading nothing = {0};
    function->gone_after = function->accesses;
    read_now();
    assert_memory_equal(&reading, &nothing, sizeof(reading));
    function->gone_after = 0;
    fake_config_put(function, 0x00, 4, 0x10d48086);
    read_now();
    assert_memory_equal(&reading, &nothing, sizeof(reading));
}

static void a_function_that_goes_away_meanwhile_says_nothing(void **state)
{
    struct device_reading nothing = {0};
    function->gone_after = function->accesses + 2;
    read_now();
    assert_memory_equal(&reading, &nothing, sizeof(reading));
}

static void reading_writes_nothing(void **state)
{
    event_clear();
    read_now();
    assert_int_equal(event_total(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_function_as_reset_leaves_it),
        TEST(each_bit_of_the_command_register_is_told_apart),
        TEST(the_power_state_is_two_bits_of_its_register),
        TEST(messages_granted_are_counted_not_their_logarithm),
        TEST(enable_and_function_mask_are_told_apart),
        TEST(without_capabilities_their_fields_are_zero),
        TEST(a_function_that_is_gone_or_another_says_nothing),
        TEST(a_function_that_goes_away_meanwhile_says_nothing),
        TEST(reading_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
