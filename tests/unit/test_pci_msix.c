// MSI-X: the capability checked against BARs, and the order in which the table is programmed.
// sources: drivers/pci/pci_msix.c drivers/pci/pci.c drivers/pci/pci_bar.c drivers/pci/pci_command.c
// sources: tests/fakes/pci_config.c tests/fakes/pci_surroundings.c tests/fakes/events.c tests/fakes/mmio.c
// sources: drivers/pci/pci_msix_probe.c

// The source is compiled in here, so that its device memory is the recorded one.
#include "tests/fakes/mmio.h"

#include "drivers/pci/pci_msix_source.c"
#include "kernel/inventory/driver.h"
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
static uint32_t *pba;

static void create(uint32_t entries)
{
    device = (struct device){.address = {.device = 4}};
    device.bars[3] = (struct bar){.kind = BAR_MEM64, .base = {BAR_BASE}, .size = 0x10000};
    device.msix = pci_msix_decode(CAPABILITY, (uint16_t)(entries - 1), 0x3, 0xa003);
    source = pci_msix_source_create(&device);
    table = fake_memory_add(BAR_BASE, (size_t)entries * 16);
    pba = fake_memory_add(BAR_BASE + 0xa000, (size_t)(entries + 63) / 64 * 8);
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

static enum result write_words(uint32_t index, uint64_t address, uint32_t data)
{
    return source->operations->write(source, index, (struct message_words){{address}, data});
}

static struct msix_shape shape_in(uint32_t entries, uint32_t table_place, uint32_t pba_place)
{
    return pci_msix_decode(0x70, (uint16_t)(entries - 1), table_place, pba_place);
}

static const char *refusal_of(uint32_t entries, uint32_t table_place, uint32_t pba_place)
{
    static const struct bar bars[DEVICE_BAR_COUNT] = {
        {.kind = BAR_MEM32, .base = {0x81000000}, .size = 0x1000},
        {.kind = BAR_MEM64, .base = {0xe000000000}, .size = 0x4000},
        {.kind = BAR_NONE},
        {.kind = BAR_IO, .base = {0xc000}, .size = 0x20},
        {.kind = BAR_MEM32, .base = {0}, .size = 0x1000},
        {.kind = BAR_NONE},
    };
    struct msix_shape shape = shape_in(entries, table_place, pba_place);
    return pci_msix_check(&shape, bars);
}

static void the_capability_is_decoded(void **state)
{
    struct msix_shape shape = pci_msix_decode(0xb0, 0xc004, 0x00002003, 0x00003004);
    assert_int_equal(shape.offset, 0xb0);
    assert_int_equal(shape.table_size, 5);
    assert_int_equal(shape.table_bar, 3);
    assert_int_equal(shape.table_offset, 0x2000);
    assert_int_equal(shape.pba_bar, 4);
    assert_int_equal(shape.pba_offset, 0x3000);
    assert_true(shape.enabled);
    assert_true(shape.function_masked);
}

static void the_largest_table_has_2048_entries_and_256_bytes_of_pending_bits(void **state)
{
    struct msix_shape shape = pci_msix_decode(0xb0, 0x07ff, 0, 0);
    assert_int_equal(shape.table_size, 2048);
    assert_int_equal(pci_msix_table_bytes(&shape), 0x8000);
    assert_int_equal(pci_msix_pba_bytes(&shape), 256);
}

static void offsets_are_masked_not_shifted(void **state)
{
    assert_int_equal(shape_in(1, 0xfffffffd, 0x0000000a).table_offset, 0xfffffff8);
    assert_int_equal(shape_in(1, 0xfffffffd, 0x0000000a).pba_offset, 8);
}

static void table_and_pba_inside_their_bars_are_accepted(void **state)
{
    assert_null(refusal_of(32, 0x0, 0x800));
    assert_null(refusal_of(256, 0x0, 0x1)); // the whole of BAR 0, the PBA elsewhere
    assert_null(refusal_of(64, 0x1001, 0x3ff9));
    assert_null(refusal_of(4, 0x8, 0x0)); // the PBA first, ending where the table starts
}

static void every_refusal_has_its_own_words(void **state)
{
    assert_string_equal(refusal_of(4, 0x6, 0x0), "table BIR is reserved (6 or 7)");
    assert_string_equal(refusal_of(4, 0x2, 0x0), "table BIR names the upper half of a 64-bit BAR");
    assert_string_equal(refusal_of(4, 0x3, 0x0), "table BIR names no memory BAR");
    assert_string_equal(refusal_of(4, 0x5, 0x0), "table BIR names no memory BAR");
    assert_string_equal(refusal_of(4, 0x4, 0x0), "the table's BAR has no address");
    assert_string_equal(refusal_of(257, 0x0, 0x1), "table ends outside its BAR");
    assert_string_equal(refusal_of(4, 0xfffffff8, 0x1), "table ends outside its BAR");
    assert_string_equal(refusal_of(4, 0x0, 0x7), "PBA BIR is reserved (6 or 7)");
    assert_string_equal(refusal_of(4, 0x0, 0x2), "PBA BIR names the upper half of a 64-bit BAR");
    assert_string_equal(refusal_of(4, 0x0, 0x3), "PBA BIR names no memory BAR");
    assert_string_equal(refusal_of(4, 0x0, 0x4), "the PBA's BAR has no address");
    assert_string_equal(refusal_of(65, 0x0, 0x3ff9), "PBA ends outside its BAR");
    assert_string_equal(refusal_of(4, 0x0, 0x38), "table and PBA overlap");
    assert_string_equal(refusal_of(4, 0x0, 0x0), "table and PBA overlap");
}

static void a_capability_that_runs_past_the_space_is_refused(void **state)
{
    struct bar bars[DEVICE_BAR_COUNT] = {{.kind = BAR_MEM32, .base = {0x81000000}, .size = 0x1000}};
    struct msix_shape fits = pci_msix_decode(0xf4, 3, 0, 0x800), ends_outside = pci_msix_decode(0xf8, 3, 0, 0x800);
    assert_null(pci_msix_check(&fits, bars));
    assert_non_null(pci_msix_check(&ends_outside, bars));
}

static void opening_enables_under_the_function_mask_before_the_table_is_touched(void **state)
{
    static const struct driver driver;
    device.driver = &driver;
    fake_config_put(function, 0x04, 2, 0x0000);
    table[4 * 2 + 3] = 0xabcd0000; // firmware left this one unmasked, a vendor uses the upper bits
    assert_int_equal(open_for(3), 3);
    static const struct event expected[] = {
        {EVENT_CONFIG_WRITE, 0x04, 0x0002}, // memory decode
        {EVENT_MEMORY_MAP, BAR_BASE, 64},
        {EVENT_MEMORY_MAP, BAR_BASE + 0xa000, 8},
        {EVENT_CONFIG_WRITE, 0xa2, 0xc003}, // enable and function mask
        {EVENT_MEMORY_WRITE, BAR_BASE + 0x2c, 0xabcd0001},
    };
    event_expect(expected, ARRAY_COUNT(expected));
    assert_true(device.msix.enabled);
    assert_true(device.msix.function_masked);
}

// What it would answer, and where, only the firmware knew.
static void a_function_without_driver_that_firmware_left_undecoded_is_not_decoded(void **state)
{
    uint32_t granted;
    fake_config_put(function, 0x04, 2, 0x0001);
    assert_int_equal(source->operations->open(source, 1, &granted), RESULT_UNSUPPORTED);
    assert_null(event_effect(0));
    assert_true(surroundings_logged("BAR 3: firmware left it undecoded, and it has no driver"));
}

static void more_messages_than_entries_are_not_granted(void **state)
{
    assert_int_equal(open_for(1000), ENTRIES);
}

static void an_entry_is_written_masked_low_high_data_control_and_read_back(void **state)
{
    open_for(ENTRIES);
    table[4 * 1 + 3] = 0x10000; // unmasked, a vendor's bit set
    event_clear();
    assert_int_equal(write_words(1, 0x1fee03000, 0x4051), RESULT_OK);
    static const struct event expected[] = {
        {EVENT_MEMORY_WRITE, BAR_BASE + 0x1c, 0x10001},    {EVENT_MEMORY_WRITE, BAR_BASE + 0x10, 0xfee03000},
        {EVENT_MEMORY_WRITE, BAR_BASE + 0x14, 0x1},        {EVENT_MEMORY_WRITE, BAR_BASE + 0x18, 0x4051},
        {EVENT_MEMORY_WRITE, BAR_BASE + 0x1c, 0x00010001},
    };
    event_expect(expected, ARRAY_COUNT(expected));
    assert_int_equal(event_total(), ARRAY_COUNT(expected) + 1 + 4); // one read before, four after
}

static void starting_takes_the_line_off_and_masters_the_bus_in_one_write_then_lets_messages_go(void **state)
{
    open_for(1);
    event_clear();
    assert_int_equal(source->operations->start(source, true), RESULT_OK);
    static const struct event expected[] = {
        {EVENT_CONFIG_WRITE, 0x04, 0x0407},
        {EVENT_CONFIG_WRITE, 0xa2, 0x8003},
    };
    event_expect(expected, ARRAY_COUNT(expected));
    assert_false(device.msix.function_masked);
}

static void without_a_driver_the_bus_is_not_mastered(void **state)
{
    open_for(1);
    assert_int_equal(source->operations->start(source, false), RESULT_OK);
    assert_int_equal(fake_config_get(function, 0x04, 2), 0x0403);
    assert_int_equal(device.command, 0x0403);
}

static void masking_changes_bit_0_alone(void **state)
{
    open_for(1);
    table[3] = 0xfffffffe;
    assert_int_equal(source->operations->mask(source, 0, true), RESULT_OK);
    assert_int_equal(table[3], 0xffffffff);
    assert_int_equal(source->operations->mask(source, 0, false), RESULT_OK);
    assert_int_equal(table[3], 0xfffffffe);
}

static void status_reads_the_entry_and_its_pending_bit(void **state)
{
    bool masked, pending;
    tear_down(state);
    fake_mmio_reset();
    create(70);
    open_for(70);
    pba[2] = 1u << 5; // message 69
    assert_int_equal(source->operations->mask(source, 69, false), RESULT_OK);
    assert_int_equal(source->operations->status(source, 69, &masked, &pending), RESULT_OK);
    assert_false(masked);
    assert_true(pending);
    assert_int_equal(source->operations->status(source, 5, &masked, &pending), RESULT_OK);
    assert_true(masked);
    assert_false(pending);
}

static void a_vendors_bits_are_compared_with_those_found_at_open(void **state)
{
    struct message_detail detail;
    table[4 * 1 + 3] = 0xabcd0000; // unmasked
    open_for(2);
    assert_int_equal(source->operations->detail(source, 1, &detail), RESULT_OK);
    assert_int_equal(detail.vendor, 0xabcd0000);
    assert_int_equal(detail.vendor_at_open, 0xabcd0000);
    assert_int_equal(detail.mode, INTERRUPT_LATCHED);
    assert_int_equal(detail.polarity, INTERRUPT_ACTIVE_HIGH);
    table[4 * 1 + 3] = 0x12340001;
    assert_int_equal(source->operations->detail(source, 1, &detail), RESULT_OK);
    assert_int_equal(detail.vendor, 0x12340000);
    assert_int_equal(detail.vendor_at_open, 0xabcd0000);
    assert_int_equal(source->operations->detail(source, ENTRIES, &detail), RESULT_INVALID);
}

static void read_answers_all_64_bits_of_the_address(void **state)
{
    struct message_words words;
    open_for(ENTRIES);
    assert_int_equal(write_words(3, UINT64_C(0xfffffffffee00004), 0x87654321), RESULT_OK);
    assert_int_equal(source->operations->read(source, 3, &words), RESULT_OK);
    assert_int_equal(words.address.address, UINT64_C(0xfffffffffee00004));
    assert_int_equal(words.data, 0x87654321);
}

static void entries_beyond_the_table_are_refused_everywhere(void **state)
{
    struct message_words words;
    bool masked, pending;
    open_for(ENTRIES);
    event_clear();
    assert_int_equal(write_words(ENTRIES, 0xfee00000, 0x40), RESULT_INVALID);
    assert_int_equal(source->operations->read(source, ENTRIES, &words), RESULT_INVALID);
    assert_int_equal(source->operations->mask(source, ENTRIES, true), RESULT_INVALID);
    assert_int_equal(source->operations->status(source, ENTRIES, &masked, &pending), RESULT_INVALID);
    assert_int_equal(write_words(0, 0xfee00002, 0x40), RESULT_INVALID);
    assert_int_equal(event_total(), 0);
}

static void closing_masks_the_function_then_the_entries_then_disables(void **state)
{
    open_for(2);
    assert_int_equal(source->operations->mask(source, 0, false), RESULT_OK);
    assert_int_equal(source->operations->start(source, true), RESULT_OK);
    event_clear();
    source->operations->close(source);
    static const struct event expected[] = {
        {EVENT_CONFIG_WRITE, 0xa2, 0xc003},
        {EVENT_MEMORY_WRITE, BAR_BASE + 0x0c, 1},
        {EVENT_CONFIG_WRITE, 0xa2, 0x4003},
    };
    event_expect(expected, ARRAY_COUNT(expected));
    assert_false(device.msix.enabled);
    assert_int_equal(write_words(0, 0xfee00000, 0x40), RESULT_INVALID);
}

static void a_second_open_maps_nothing_anew(void **state)
{
    open_for(1);
    source->operations->close(source);
    uint32_t mapped = fake_mmio_mapped_bytes();
    assert_int_equal(mapped, 64 + 8);
    open_for(1);
    assert_int_equal(fake_mmio_mapped_bytes(), mapped);
}

static void a_refused_source_does_not_open(void **state)
{
    uint32_t granted;
    source->refusal = "table ends outside its BAR";
    assert_int_equal(source->operations->open(source, 1, &granted), RESULT_UNSUPPORTED);
    assert_int_equal(event_total(), 0);
}

static void a_table_that_cannot_be_mapped_leaves_the_function_disabled(void **state)
{
    uint32_t granted;
    fake_mmio_reset();
    assert_int_equal(source->operations->open(source, 1, &granted), RESULT_NO_MEMORY);
    assert_int_equal(fake_config_get(function, 0xa2, 2) & 0x8000, 0);
    assert_int_equal(write_words(0, 0xfee00000, 0x40), RESULT_INVALID);
}

static void a_function_that_is_gone_does_not_open(void **state)
{
    uint32_t granted;
    function->gone_after = function->accesses + 1;
    assert_int_equal(source->operations->open(source, 1, &granted), RESULT_GONE);
    assert_true(surroundings_logged("msix: 0000:00:04.0: the function is gone"));
    assert_int_equal(surroundings_log_total(), 1);
}

static void control_bits_that_do_not_stick_are_a_mismatch(void **state)
{
    uint32_t granted;
    fake_config_writable(function, 0xa2, 2, 0x8000);
    assert_int_equal(source->operations->open(source, 1, &granted), RESULT_MISMATCH);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_capability_is_decoded),
        TEST(the_largest_table_has_2048_entries_and_256_bytes_of_pending_bits),
        TEST(offsets_are_masked_not_shifted),
        TEST(table_and_pba_inside_their_bars_are_accepted),
        TEST(every_refusal_has_its_own_words),
        TEST(a_capability_that_runs_past_the_space_is_refused),
        TEST(opening_enables_under_the_function_mask_before_the_table_is_touched),
        TEST(a_function_without_driver_that_firmware_left_undecoded_is_not_decoded),
        TEST(more_messages_than_entries_are_not_granted),
        TEST(an_entry_is_written_masked_low_high_data_control_and_read_back),
        TEST(starting_takes_the_line_off_and_masters_the_bus_in_one_write_then_lets_messages_go),
        TEST(without_a_driver_the_bus_is_not_mastered),
        TEST(masking_changes_bit_0_alone),
        TEST(status_reads_the_entry_and_its_pending_bit),
        TEST(a_vendors_bits_are_compared_with_those_found_at_open),
        TEST(read_answers_all_64_bits_of_the_address),
        TEST(entries_beyond_the_table_are_refused_everywhere),
        TEST(closing_masks_the_function_then_the_entries_then_disables),
        TEST(a_second_open_maps_nothing_anew),
        TEST(a_refused_source_does_not_open),
        TEST(a_table_that_cannot_be_mapped_leaves_the_function_disabled),
        TEST(a_function_that_is_gone_does_not_open),
        TEST(control_bits_that_do_not_stick_are_a_mismatch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
