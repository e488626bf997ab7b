// MSI-X: which entries opening and closing look at.
// sources: drivers/pci/pci_msix.c drivers/pci/pci.c drivers/pci/pci_bar.c drivers/pci/pci_command.c
// sources: tests/fakes/pci_config.c tests/fakes/pci_surroundings.c tests/fakes/events.c tests/fakes/mmio.c
// sources: drivers/pci/pci_msix_probe.c

// The source is compiled in here, so that its device memory is the recorded one.
#include "tests/fakes/mmio.h"

#include "drivers/pci/pci_msix_source.c"
#include "tests/fakes/events.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CAPABILITY = 0xa0, ENTRIES = 4 };

// Table at BAR 3 + 0, PBA at BAR 3 + 0xa000; the BAR lies above 4 GiB.
#define BAR_BASE UINT64_C(0xe000004000)

static struct device device;
static struct fake_function *function;
static struct message_source *source;
static uint32_t *table;

static void create(uint32_t entries)
{
    device = (struct device){.address = {.device = 4}};
    device.bars[3] = (struct bar){.kind = BAR_MEM64, .base = {BAR_BASE}, .size = 0x10000};
    device.msix = pci_msix_decode(CAPABILITY, (uint16_t)(entries - 1), 0x3, 0xa003);
    source = pci_msix_source_create(&device);
    table = fake_memory_add(BAR_BASE, (size_t)entries * 16);
    fake_memory_add(BAR_BASE + 0xa000, (size_t)(entries + 63) / 64 * 8);
    for (uint32_t i = 0; i < entries; i++)
        table[4 * i + 3] = 1; // as reset leaves them
    function = fake_function_add(0, 0, 4, 0, 0x10d38086);
    fake_config_put(function, 0x04, 2, 0x0003);
    fake_config_msix(function, CAPABILITY, (uint16_t)(entries - 1), 0x3, 0xa003);
    event_clear();
}

static int set_up(void **state)
{
    fake_config_reset();
    fake_mmio_reset();
    surroundings_reset();
    create(ENTRIES);
    return 0;
}

static int tear_down(void **state)
{
    free(CONTAINER_OF(source, struct pci_msix, source));
    fake_config_reset();
    fake_mmio_reset();
    return 0;
}

static uint32_t open_for(uint32_t wanted)
{
    uint32_t granted = 0;
    assert_int_equal(source->operations->open(source, wanted, &granted), RESULT_OK);
    return granted;
}

// An entry's mask bit is cleared behind the kernel's back, to see whether the table is gone through.
static uint32_t *control_of(uint32_t entry)
{
    return &table[4 * entry + 3];
}

static void only_entries_that_were_used_are_masked_again(void **state)
{
    open_for(2);
    assert_int_equal(source->operations->mask(source, 1, false), RESULT_OK);
    *control_of(3) = 0;
    source->operations->close(source);
    assert_int_equal(*control_of(1), 1);
    assert_int_equal(*control_of(3), 0);
    open_for(1);
    assert_int_equal(*control_of(3), 0);
}

static void the_first_open_masks_all_entries(void **state)
{
    *control_of(3) = 0;
    open_for(1);
    assert_int_equal(*control_of(3), 1);
}

static void after_a_reset_all_entries_are_masked_again(void **state)
{
    open_for(1);
    source->operations->close(source);
    *control_of(3) = 0;
    fake_config_put(function, 0xa2, 2, 0x0003);
    open_for(1);
    assert_int_equal(*control_of(3), 1);
}

static void a_reset_while_open_is_noticed_on_closing(void **state)
{
    open_for(1);
    assert_int_equal(source->operations->start(source, true), RESULT_OK);
    *control_of(3) = 0;
    fake_config_put(function, 0xa2, 2, 0x0003);
    source->operations->close(source);
    assert_int_equal(*control_of(3), 1);
}

// It may have been reset between the two reads of message control, and look now as it was left.
static void after_a_change_that_was_not_kept_all_entries_are_masked_again(void **state)
{
    open_for(1);
    fake_config_writable(function, 0xa2, 2, 0);
    assert_int_equal(source->operations->start(source, true), RESULT_MISMATCH);
    fake_config_writable(function, 0xa2, 2, PCI_MSIX_ENABLE | PCI_MSIX_FUNCTION_MASK);
    *control_of(3) = 0;
    open_for(1);
    assert_int_equal(*control_of(3), 1);
}

static void under_suspicion_all_entries_are_masked_again(void **state)
{
    open_for(1);
    source->operations->close(source);
    *control_of(3) = 0;
    source->is_suspect = true;
    open_for(1);
    assert_int_equal(*control_of(3), 1);
    assert_false(source->is_suspect);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_entries_that_were_used_are_masked_again),
        TEST(the_first_open_masks_all_entries),
        TEST(after_a_reset_all_entries_are_masked_again),
        TEST(a_reset_while_open_is_noticed_on_closing),
        TEST(under_suspicion_all_entries_are_masked_again),
        TEST(after_a_change_that_was_not_kept_all_entries_are_masked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
