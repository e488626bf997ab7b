// Probing MSI-X tables and MSI capabilities of every kind of wrongness: what exists is told, nothing may leave while
// the words are wrong, and everything is as before.
// sources: drivers/pci/pci_msix_probe.c drivers/pci/pci_msi_probe.c drivers/pci/pci_msi.c drivers/pci/pci.c
// sources: drivers/pci/pci_bar.c drivers/pci/pci_command.c tests/fakes/pci_config.c tests/fakes/pci_surroundings.c
// sources: tests/fakes/events.c tests/fakes/mmio.c

#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_msi_probe.h"
#include "drivers/pci/pci_msix.h"
#include "drivers/pci/pci_msix_probe.h"
#include "tests/fakes/events.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ENTRIES = 8, BEHIND = 4, USED = 3, WORDS = 4, MSI = 0x50 };

// ---- a table in hardware that may lack anything ---------------------------------------------------------------------

static struct {
    uint32_t words[ENTRIES + BEHIND][WORDS];
    uint32_t keeps[ENTRIES + BEHIND][WORDS]; // bits that writes change
    uint32_t storage;                        // entries there really are; the others show them again
    uint32_t writes, deaf_after;             // 0: never
    uint32_t writes_behind;
    uint32_t let_go_wrong; // an entry was unmasked while its words were not its own
} hardware;
static uint32_t before[ENTRIES + BEHIND][WORDS];
static struct probe_entry entries[ENTRIES];
static struct message_probe probe;

static uint32_t *word_of(uint32_t entry, uint32_t offset)
{
    return &hardware.words[entry % hardware.storage][offset / 4];
}

static bool is_own(uint32_t entry)
{
    return memcmp(hardware.words[entry % hardware.storage], before[entry], 3 * sizeof(uint32_t)) == 0;
}

static uint32_t table_read(void *context, uint32_t entry, uint32_t offset)
{
    return *word_of(entry, offset);
}

static void table_write(void *context, uint32_t entry, uint32_t offset, uint32_t value)
{
    uint32_t keeps = hardware.keeps[entry % hardware.storage][offset / 4];
    uint32_t *word = word_of(entry, offset);

    if (hardware.deaf_after && ++hardware.writes > hardware.deaf_after)
        return;
    *word = (*word & ~keeps) | (value & keeps);
    hardware.writes_behind += entry >= ENTRIES;
    for (uint32_t i = 0; i < ENTRIES; i++)
        hardware.let_go_wrong += !(*word_of(i, PCI_MSIX_ENTRY_CONTROL) & 1) && !is_own(i);
}

static int set_up(void **state)
{
    memset(&hardware, 0, sizeof(hardware));
    memset(&probe, 0, sizeof(probe));
    memset(entries, 0xa5, sizeof(entries));
    probe.entries = entries;
    hardware.storage = ENTRIES + BEHIND;
    for (uint32_t i = 0; i < ENTRIES; i++) {
        bool is_used = i < USED;
        uint32_t entry[WORDS] = {is_used ? 0xfee01000 : 0, 0, is_used ? 0x50 + i : 0, !is_used};
        uint32_t keeps[WORDS] = {0xfffffffc, 0xffffffff, 0xffffffff, 1};
        memcpy(hardware.words[i], entry, sizeof(entry));
        memcpy(hardware.keeps[i], keeps, sizeof(keeps));
    }
    fake_config_reset();
    surroundings_reset();
    return 0;
}

static void run(void)
{
    struct probe_table table = {table_read, table_write, NULL, ENTRIES, BEHIND};

    for (uint32_t i = 0; i < ENTRIES + BEHIND; i++)
        memcpy(before[i], hardware.words[i % hardware.storage], sizeof(before[i]));
    assert_int_equal(pci_msix_probe(&table, &probe), RESULT_OK);
    for (uint32_t i = 0; i < ENTRIES + BEHIND; i++)
        assert_memory_equal(before[i], hardware.words[i % hardware.storage], sizeof(before[i]));
    assert_true(probe.is_restored);
    assert_int_equal(probe.entry_count, ENTRIES);
    assert_int_equal(probe.beyond, BEHIND);
    assert_int_equal(hardware.writes_behind, 0);
    assert_int_equal(hardware.let_go_wrong, 0);
    assert_int_equal(surroundings_objects(), 0);
}

static void a_whole_table_keeps_every_bit(void **state)
{
    run();
    for (uint32_t i = 0; i < ENTRIES; i++) {
        assert_int_equal(entries[i].address, UINT64_C(0xfffffffffffffffc));
        assert_int_equal(entries[i].data, 0xffffffff);
        assert_int_equal(entries[i].same_as, i);
        assert_int_equal(entries[i].vendor, 0);
        assert_int_equal(entries[i].mask, i < USED ? PROBE_MASK_WORKS : PROBE_MASK_UNTRIED);
    }
    assert_int_equal(probe.mirrored, 0);
}

static void bits_that_do_not_stay_are_missing_and_nothing_else(void **state)
{
    hardware.keeps[1][1] = 0;
    hardware.keeps[2][2] = 0xffff;
    hardware.keeps[6][0] = 0x000ff000;
    run();
    assert_int_equal(entries[0].address, UINT64_C(0xfffffffffffffffc));
    assert_int_equal(entries[1].address, 0xfffffffc);
    assert_int_equal(entries[1].data, 0xffffffff);
    assert_int_equal(entries[2].data, 0xffff);
    assert_int_equal(entries[6].address, UINT64_C(0xffffffff000ff000));
}

static void bits_that_are_always_one_do_not_count_as_kept(void **state)
{
    hardware.words[5][2] = 0x80000000;
    hardware.keeps[5][2] = 0x7fffffff;
    run();
    assert_int_equal(entries[5].data, 0x7fffffff);
}

static void entries_that_are_not_there_keep_nothing(void **state)
{
    memset(hardware.keeps[7], 0, sizeof(hardware.keeps[7]));
    run();
    assert_int_equal(entries[7].address, 0);
    assert_int_equal(entries[7].data, 0);
    assert_int_equal(entries[7].same_as, 7);
}

static void entries_that_share_their_storage_show_the_highest(void **state)
{
    hardware.storage = 6; // 6 and 7 are 0 and 1 again; what lies behind goes on with 2
    run();
    assert_int_equal(entries[0].same_as, 6);
    assert_int_equal(entries[1].same_as, 7);
    assert_int_equal(entries[2].same_as, 2);
    assert_int_equal(entries[6].same_as, 6);
    assert_int_equal(probe.mirrored, BEHIND);
}

static void what_lies_behind_is_read_and_never_written(void **state)
{
    memset(hardware.words[ENTRIES], 0x5a, sizeof(hardware.words[0]));
    run();
    assert_int_equal(probe.mirrored, 0);
}

static void a_mask_bit_that_is_stuck_fails_either_way(void **state)
{
    hardware.words[1][3] = 0;
    hardware.keeps[1][3] = 0;
    hardware.words[2][3] = 1;
    hardware.keeps[2][3] = 0;
    struct probe_table table = {table_read, table_write, NULL, ENTRIES, BEHIND};
    assert_int_equal(pci_msix_probe(&table, &probe), RESULT_OK);
    assert_int_equal(entries[0].mask, PROBE_MASK_WORKS);
    assert_int_equal(entries[1].mask, PROBE_MASK_FAILS);
    assert_int_equal(entries[2].mask, PROBE_MASK_FAILS);
}

static void an_entry_that_leads_elsewhere_is_never_let_go(void **state)
{
    hardware.words[4][0] = 0x12345000; // masked, and not of an interrupt
    hardware.words[5][0] = 0xfee02000;
    hardware.words[5][1] = 1; // above 4 GiB
    run();
    assert_int_equal(entries[4].mask, PROBE_MASK_UNTRIED);
    assert_int_equal(entries[5].mask, PROBE_MASK_UNTRIED);
}

static void a_vendors_bits_are_told_and_left_alone(void **state)
{
    hardware.words[1][3] = 0xabcd0000;
    hardware.keeps[1][3] = 0xffffffff;
    run();
    assert_int_equal(entries[1].vendor, 0xabcd0000);
    assert_int_equal(entries[1].mask, PROBE_MASK_WORKS);
}

static void a_table_that_stops_listening_is_told_not_to_be_as_it_was(void **state)
{
    struct probe_table table = {table_read, table_write, NULL, ENTRIES, BEHIND};
    hardware.deaf_after = ENTRIES + 6 * ENTRIES + 2 * ENTRIES; // masked, tried, tagged
    assert_int_equal(pci_msix_probe(&table, &probe), RESULT_OK);
    assert_false(probe.is_restored);
}

// ---- MSI ------------------------------------------------------------------------------------------------------------

static struct device device;
static struct fake_function *function;

static void msi_create(uint16_t control)
{
    function = fake_function_add(0, 0, 4, 0, 0x11e81234);
    fake_config_msi(function, MSI, control);
    device = (struct device){.address = {.device = 4}, .msi = pci_msi_decode(MSI, control)};
    event_clear();
}

static void expect_msi_as_before(const struct fake_function *saved)
{
    assert_memory_equal(saved->bytes, function->bytes, sizeof(function->bytes));
    assert_true(probe.is_restored);
    assert_int_equal(probe.entry_count, 1);
}

static void a_capability_of_many_messages_is_tried_while_it_is_off(void **state)
{
    msi_create(0x018a);
    fake_config_put(function, MSI + 2, 2, 0x01db); // enabled, 32 granted
    fake_config_put(function, MSI + 4, 4, 0xfee01000);
    fake_config_put(function, MSI + 12, 2, 0x40);
    fake_config_put(function, MSI + 16, 4, 0x0000ff00);
    struct fake_function saved = *function;
    pci_msi_probe(&device, &probe);
    expect_msi_as_before(&saved);
    assert_int_equal(entries[0].address, UINT64_C(0xfffffffffffffffc));
    assert_int_equal(entries[0].data, 0xffff);
    assert_int_equal(probe.mask_bits, 0xffffffff);
    assert_int_equal(probe.granted, 32);
    // Off first, on last.
    assert_int_equal(event_effect(0)->where, MSI + 2);
    assert_int_equal(event_effect(0)->value & 1, 0);
    assert_int_equal(event_effect(event_total() - 1)->where, MSI + 2);
    assert_int_equal(event_effect(event_total() - 1)->value, 0x01db);
    for (uint32_t i = 0; i + 1 < event_total(); i++)
        assert_true(event_effect(i)->where != MSI + 2 || !(event_effect(i)->value & 1));
}

static void a_32_bit_capability_has_no_upper_half_and_no_mask(void **state)
{
    msi_create(0x0000);
    struct fake_function saved = *function;
    pci_msi_probe(&device, &probe);
    expect_msi_as_before(&saved);
    assert_int_equal(entries[0].address, 0xfffffffc);
    assert_int_equal(probe.mask_bits, 0);
    assert_int_equal(probe.granted, 1);
    for (uint32_t i = 0; i < event_total(); i++)
        assert_true(event_effect(i)->where < MSI + 10);
}

static void counts_that_do_not_stay_are_told(void **state)
{
    msi_create(0x0088); // offers 16
    fake_config_writable(function, MSI + 2, 2, 0x0031);
    struct fake_function saved = *function;
    pci_msi_probe(&device, &probe);
    expect_msi_as_before(&saved);
    assert_int_equal(probe.granted, 8); // the third bit of the field is not there
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_table_keeps_every_bit),
        TEST(bits_that_do_not_stay_are_missing_and_nothing_else),
        TEST(bits_that_are_always_one_do_not_count_as_kept),
        TEST(entries_that_are_not_there_keep_nothing),
        TEST(entries_that_share_their_storage_show_the_highest),
        TEST(what_lies_behind_is_read_and_never_written),
        TEST(a_mask_bit_that_is_stuck_fails_either_way),
        TEST(an_entry_that_leads_elsewhere_is_never_let_go),
        TEST(a_vendors_bits_are_told_and_left_alone),
        TEST(a_table_that_stops_listening_is_told_not_to_be_as_it_was),
        TEST(a_capability_of_many_messages_is_tried_while_it_is_off),
        TEST(a_32_bit_capability_has_no_upper_half_and_no_mask),
        TEST(counts_that_do_not_stay_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
