// MSI-X tables probed where they are: under the function mask, up to the end of their page.
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

#define BAR_BASE UINT64_C(0xe000004000)

static struct device device;
static struct fake_function *function;
static struct message_source *source;
static uint32_t *table;
static uint32_t *pba;

static int set_up(void **state)
{
    fake_config_reset();
    fake_mmio_reset();
    surroundings_reset();
    device = (struct device){.address = {.device = 4}};
    device.bars[3] = (struct bar){.kind = BAR_MEM64, .base = {BAR_BASE}, .size = 0x10000};
    device.msix = pci_msix_decode(CAPABILITY, ENTRIES - 1, 0x3, 0xa003);
    source = pci_msix_source_create(&device);
    table = fake_memory_add(BAR_BASE, 0x1000); // the whole page
    pba = fake_memory_add(BAR_BASE + 0xa000, 8);
    for (uint32_t i = 0; i < ENTRIES; i++)
        table[4 * i + 3] = 1;
    function = fake_function_add(0, 0, 4, 0, 0x10d38086);
    fake_config_put(function, 0x04, 2, 0x0003);
    fake_config_msix(function, CAPABILITY, ENTRIES - 1, 0x3, 0xa003);
    return 0;
}

static int tear_down(void **state)
{
    free(CONTAINER_OF(source, struct pci_msix, source));
    fake_config_reset();
    fake_mmio_reset();
    return 0;
}

static void the_tables_page_is_its_own_as_far_as_the_pending_bits_or_the_bar(void **state)
{
    struct bar bars[DEVICE_BAR_COUNT] = {{.kind = BAR_MEM32, .base = {0x81000000}, .size = 0x3000},
                                         {.kind = BAR_MEM32, .base = {0x82000800}, .size = 0x800}};
    struct msix_shape alone = pci_msix_decode(0x70, 3, 0x0, 0x2000);
    struct msix_shape beside = pci_msix_decode(0x70, 3, 0x0, 0x88);
    struct msix_shape before = pci_msix_decode(0x70, 3, 0x1008, 0x1000);
    struct msix_shape whole = pci_msix_decode(0x70, 255, 0x0, 0x2000);
    struct msix_shape small = pci_msix_decode(0x70, 3, 0x1, 0x2000);
    struct msix_shape across = pci_msix_decode(0x70, 255, 0x800, 0x2000);
    assert_int_equal(pci_msix_page_bytes(&alone, bars), 0x1000);
    assert_int_equal(pci_msix_page_bytes(&beside, bars), 0x80);
    assert_int_equal(pci_msix_page_bytes(&before, bars), 0xff0);
    assert_int_equal(pci_msix_page_bytes(&whole, bars), 0x1000);
    assert_int_equal(pci_msix_page_bytes(&small, bars), 0x800);
    assert_int_equal(pci_msix_page_bytes(&across, bars), 0x1800);
}

static enum result probe_now(struct message_probe *probe)
{
    static struct probe_entry entries[ENTRIES];
    *probe = (struct message_probe){.entries = entries};
    return source->operations->probe(source, probe);
}

static void probing_sets_the_function_mask_and_leaves_it_as_it_was(void **state)
{
    struct message_probe probe;
    uint32_t granted;
    assert_int_equal(source->operations->open(source, ENTRIES, &granted), RESULT_OK);
    struct message_words words = {{0xfee01000}, 0x50};
    assert_int_equal(source->operations->write(source, 0, words), RESULT_OK);
    assert_int_equal(source->operations->mask(source, 0, false), RESULT_OK);
    assert_int_equal(source->operations->start(source, true), RESULT_OK);
    pba[0] = 0x5;
    event_clear();
    assert_int_equal(probe_now(&probe), RESULT_OK);
    assert_int_equal(event_effect(1)->where, 0xa2);
    assert_int_equal(event_effect(1)->value, 0xc003);
    assert_int_equal(fake_config_get(function, 0xa2, 2), 0x8003);
    assert_false(device.msix.function_masked);
    assert_int_equal(probe.entry_count, ENTRIES);
    assert_int_equal(probe.beyond, 252);
    assert_int_equal(probe.pending, 2);
    assert_true(probe.is_restored);
    assert_int_equal(table[2], 0x50);
    assert_int_equal(table[3], 0);
    fake_config_put(function, 0xa2, 2, 0xc003); // somebody has set it
    assert_int_equal(probe_now(&probe), RESULT_OK);
    assert_int_equal(fake_config_get(function, 0xa2, 2), 0xc003);
    source->operations->close(source);
    assert_int_equal(probe_now(&probe), RESULT_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_tables_page_is_its_own_as_far_as_the_pending_bits_or_the_bar),
        TEST(probing_sets_the_function_mask_and_leaves_it_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
