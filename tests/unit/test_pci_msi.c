// MSI: the capability's layouts, what is granted, and the order in which it is programmed.
// sources: drivers/pci/pci_msi.c drivers/pci/pci_msi_source.c drivers/pci/pci.c drivers/pci/pci_bar.c
// sources: drivers/pci/pci_command.c tests/fakes/pci_config.c tests/fakes/pci_surroundings.c tests/fakes/events.c
// sources: tests/fakes/mmio.c drivers/pci/pci_msi_probe.c

#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_msi_source.h"
#include "tests/fakes/events.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    CAPABILITY = 0x50,
    CONTROL_32 = 0x0000,
    CONTROL_64 = 0x0080,
    CONTROL_64_16_MESSAGES = 0x0088,
    CONTROL_64_MASKABLE_32_MESSAGES = 0x018a
};

static struct device device;
static struct fake_function *function;
static struct message_source *source;

static int set_up(void **state)
{
    fake_config_reset();
    surroundings_reset();
    event_clear();
    return 0;
}

static int tear_down(void **state)
{
    free(source);
    source = NULL;
    fake_config_reset();
    return 0;
}

static void create(uint16_t control)
{
    function = fake_function_add(0, 0, 4, 0, 0x11e81234);
    fake_config_put(function, 0x04, 2, 0x0003);
    fake_config_msi(function, CAPABILITY, control);
    device = (struct device){.address = {.device = 4}, .msi = pci_msi_decode(CAPABILITY, control)};
    source = pci_msi_source_create(&device);
    event_clear();
}

static uint32_t open_for(uint32_t wanted)
{
    uint32_t granted = 0;
    assert_int_equal(source->operations->open(source, wanted, &granted), RESULT_OK);
    return granted;
}

static enum result write_words(uint64_t address, uint32_t data)
{
    return source->operations->write(source, 0, (struct message_words){{address}, data});
}

static void the_control_register_is_decoded(void **state)
{
    struct msi_shape edu = pci_msi_decode(0x40, 0x0080);
    assert_int_equal(edu.offset, 0x40);
    assert_int_equal(edu.maximum, 1);
    assert_true(edu.is_64bit);
    assert_false(edu.maskable);
    assert_false(edu.enabled);
    struct msi_shape many = pci_msi_decode(0x70, 0x010b);
    assert_int_equal(many.maximum, 32);
    assert_false(many.is_64bit);
    assert_true(many.maskable);
    assert_true(many.enabled);
}

static void reserved_message_counts_offer_one(void **state)
{
    assert_int_equal(pci_msi_decode(0x40, 0x000c).maximum, 1);
    assert_int_equal(pci_msi_decode(0x40, 0x000e).maximum, 1);
}

static void registers_lie_where_the_layout_puts_them(void **state)
{
    struct msi_shape narrow = pci_msi_decode(0x50, 0x0100);
    struct msi_shape wide = pci_msi_decode(0x50, 0x0180);
    assert_int_equal(pci_msi_register(&narrow, PCI_MSI_ADDRESS_LOW), 0x54);
    assert_int_equal(pci_msi_register(&narrow, PCI_MSI_DATA), 0x58);
    assert_int_equal(pci_msi_register(&narrow, PCI_MSI_MASK), 0x5c);
    assert_int_equal(pci_msi_register(&narrow, PCI_MSI_PENDING), 0x60);
    assert_int_equal(pci_msi_register(&wide, PCI_MSI_ADDRESS_HIGH), 0x58);
    assert_int_equal(pci_msi_register(&wide, PCI_MSI_DATA), 0x5c);
    assert_int_equal(pci_msi_register(&wide, PCI_MSI_MASK), 0x60);
    assert_int_equal(pci_msi_register(&wide, PCI_MSI_PENDING), 0x64);
}

static void a_capability_that_runs_past_the_space_is_refused(void **state)
{
    struct msi_shape fits = pci_msi_decode(0xe8, 0x0180), ends_outside = pci_msi_decode(0xec, 0x0180);
    assert_null(pci_msi_check(&fits));
    assert_non_null(pci_msi_check(&ends_outside));
}

static void a_power_of_two_is_granted(void **state)
{
    assert_int_equal(pci_msi_grant(1, 32), 1);
    assert_int_equal(pci_msi_grant(3, 32), 4);
    assert_int_equal(pci_msi_grant(5, 4), 4);
    assert_int_equal(pci_msi_grant(33, 32), 32);
    assert_int_equal(pci_msi_grant(~0u, 8), 8);
}

static void a_64_bit_capability_is_written_disabled_and_enabled_last(void **state)
{
    create(CONTROL_64);
    assert_int_equal(open_for(1), 1);
    assert_int_equal(write_words(0x1fee01000, 0x51), RESULT_OK);
    assert_int_equal(source->operations->start(source, true), RESULT_OK);
    static const struct event expected[] = {
        {EVENT_CONFIG_WRITE, 0x52, 0x0080}, // disabled, one message
        {EVENT_CONFIG_WRITE, 0x54, 0xfee01000}, {EVENT_CONFIG_WRITE, 0x58, 0x1},
        {EVENT_CONFIG_WRITE, 0x5c, 0x51},       {EVENT_CONFIG_WRITE, 0x04, 0x0407}, // the line off, bus master on
        {EVENT_CONFIG_WRITE, 0x52, 0x0081},                                         // enabled
    };
    event_expect(expected, ARRAY_COUNT(expected));
    assert_true(device.msi.enabled);
    assert_int_equal(device.command, 0x0407);
}

static void a_32_bit_capability_has_no_upper_address(void **state)
{
    create(CONTROL_32);
    open_for(1);
    event_clear();
    assert_int_equal(write_words(0xfee02000, 0x4152), RESULT_OK);
    static const struct event expected[] = {{EVENT_CONFIG_WRITE, 0x54, 0xfee02000}, {EVENT_CONFIG_WRITE, 0x58, 0x4152}};
    event_expect(expected, ARRAY_COUNT(expected));
    assert_int_equal(write_words(0x1fee02000, 0x41), RESULT_UNSUPPORTED);
}

static void go_live(uint16_t control, uint32_t wanted, uint64_t address, uint32_t data)
{
    create(control);
    open_for(wanted);
    assert_int_equal(write_words(address, data), RESULT_OK);
    assert_int_equal(source->operations->start(source, false), RESULT_OK);
    event_clear();
}

static void a_live_capability_without_mask_bits_is_written_data_first_and_never_disabled(void **state)
{
    go_live(CONTROL_64_16_MESSAGES, 16, 0xfee01000, 0x50);
    assert_int_equal(write_words(0xfee03000, 0x60), RESULT_OK);
    static const struct event expected[] = {{EVENT_CONFIG_WRITE, 0x5c, 0x60}, {EVENT_CONFIG_WRITE, 0x54, 0xfee03000}};
    event_expect(expected, ARRAY_COUNT(expected));
    assert_int_equal(fake_config_get(function, 0x52, 2) & 1, 1);
}

static void a_live_32_bit_capability_is_written_data_first_too(void **state)
{
    go_live(CONTROL_32, 1, 0xfee01000, 0x51);
    assert_int_equal(write_words(0xfee03000, 0x61), RESULT_OK);
    static const struct event expected[] = {{EVENT_CONFIG_WRITE, 0x58, 0x61}, {EVENT_CONFIG_WRITE, 0x54, 0xfee03000}};
    event_expect(expected, ARRAY_COUNT(expected));
}

static void what_stays_the_same_is_not_written_while_live(void **state)
{
    go_live(CONTROL_64, 1, 0xfee01000, 0x51);
    assert_int_equal(write_words(0xfee01000, 0x51), RESULT_OK);
    event_expect(NULL, 0);
    assert_int_equal(write_words(0xfee01000, 0x61), RESULT_OK);
    static const struct event data_only[] = {{EVENT_CONFIG_WRITE, 0x5c, 0x61}};
    event_expect(data_only, ARRAY_COUNT(data_only));
    event_clear();
    assert_int_equal(write_words(0xfee02000, 0x61), RESULT_OK);
    static const struct event address_only[] = {{EVENT_CONFIG_WRITE, 0x54, 0xfee02000}};
    event_expect(address_only, ARRAY_COUNT(address_only));
}

static void the_upper_address_changes_alone_while_live(void **state)
{
    go_live(CONTROL_64, 1, 0xfee01000, 0x51);
    assert_int_equal(write_words(0x1fee01000, 0x61), RESULT_OK);
    static const struct event expected[] = {{EVENT_CONFIG_WRITE, 0x5c, 0x61}, {EVENT_CONFIG_WRITE, 0x58, 0x1}};
    event_expect(expected, ARRAY_COUNT(expected));
}

static void both_halves_of_a_live_address_never_change_together(void **state)
{
    go_live(CONTROL_64, 1, 0xfee01000, 0x51);
    assert_int_equal(write_words(0x1fee03000, 0x61), RESULT_UNSUPPORTED);
    event_expect(NULL, 0);
    assert_true(surroundings_logged("both halves of the address"));
}

static void a_masked_live_capability_may_change_both_halves(void **state)
{
    go_live(CONTROL_64_MASKABLE_32_MESSAGES, 1, 0xfee01000, 0x51);
    assert_int_equal(write_words(0x1fee03000, 0x61), RESULT_OK);
    assert_int_equal(fake_config_get(function, 0x58, 4), 1);
}

static void a_live_capability_that_does_not_keep_the_words_is_a_mismatch(void **state)
{
    go_live(CONTROL_64, 1, 0xfee01000, 0x51);
    fake_config_writable(function, 0x54, 4, 0);
    assert_int_equal(write_words(0xfee03000, 0x51), RESULT_MISMATCH);
}

// The old data at the new address would be a message to whoever has that vector there.
static void a_live_capability_that_does_not_keep_the_data_keeps_its_address(void **state)
{
    go_live(CONTROL_64, 1, 0xfee01000, 0x51);
    fake_config_writable(function, 0x5c, 2, 0);
    assert_int_equal(write_words(0xfee03000, 0x61), RESULT_MISMATCH);
    assert_int_equal(fake_config_get(function, 0x54, 4), 0xfee01000);
}

static void a_live_function_that_goes_away_is_named_so(void **state)
{
    go_live(CONTROL_64, 1, 0xfee01000, 0x51);
    function->gone_after = function->accesses;
    assert_int_equal(write_words(0xfee03000, 0x61), RESULT_GONE);
    event_expect(NULL, 0);
}

static void a_live_capability_with_mask_bits_is_masked_while_it_is_written(void **state)
{
    create(CONTROL_64_MASKABLE_32_MESSAGES);
    assert_int_equal(open_for(3), 4);
    assert_int_equal(fake_config_get(function, 0x52, 2), 0x01aa);
    assert_int_equal(fake_config_get(function, 0x60, 4), 0xf);
    assert_int_equal(source->operations->mask(source, 2, false), RESULT_OK);
    assert_int_equal(source->operations->start(source, false), RESULT_OK);
    event_clear();
    assert_int_equal(write_words(0xfee03000, 0x64), RESULT_OK);
    static const struct event expected[] = {
        {EVENT_CONFIG_WRITE, 0x60, 0xf},  {EVENT_CONFIG_WRITE, 0x54, 0xfee03000}, {EVENT_CONFIG_WRITE, 0x58, 0},
        {EVENT_CONFIG_WRITE, 0x5c, 0x64}, {EVENT_CONFIG_WRITE, 0x60, 0xb},
    };
    event_expect(expected, ARRAY_COUNT(expected));
}

static void data_that_is_not_aligned_to_the_block_is_refused(void **state)
{
    create(CONTROL_64_MASKABLE_32_MESSAGES);
    open_for(4);
    event_clear();
    assert_int_equal(write_words(0xfee00000, 0x62), RESULT_UNSUPPORTED);
    assert_int_equal(write_words(0xfee00002, 0x64), RESULT_UNSUPPORTED);
    assert_int_equal(write_words(0xfee00000, 0x10064), RESULT_UNSUPPORTED);
    assert_int_equal(event_total(), 0);
}

static void read_answers_what_each_message_of_the_block_sends(void **state)
{
    struct message_words words;
    create(CONTROL_64_MASKABLE_32_MESSAGES);
    open_for(4);
    assert_int_equal(write_words(0xfee00000, 0x64), RESULT_OK);
    assert_int_equal(source->operations->read(source, 3, &words), RESULT_OK);
    assert_int_equal(words.address.address, 0xfee00000);
    assert_int_equal(words.data, 0x67);
    assert_int_equal(source->operations->read(source, 4, &words), RESULT_INVALID);
}

static void mask_and_pending_bits_are_those_of_the_message(void **state)
{
    bool masked, pending;
    create(CONTROL_64_MASKABLE_32_MESSAGES);
    open_for(4);
    assert_int_equal(source->operations->mask(source, 1, false), RESULT_OK);
    assert_int_equal(fake_config_get(function, 0x60, 4), 0xd);
    fake_config_put(function, 0x64, 4, 0x2);
    assert_int_equal(source->operations->status(source, 1, &masked, &pending), RESULT_OK);
    assert_false(masked);
    assert_true(pending);
    assert_int_equal(source->operations->status(source, 0, &masked, &pending), RESULT_OK);
    assert_true(masked);
    assert_false(pending);
}

static void a_mask_bit_that_is_not_kept_is_a_mismatch(void **state)
{
    create(CONTROL_64_MASKABLE_32_MESSAGES);
    open_for(4);
    fake_config_writable(function, 0x60, 4, 0);
    assert_int_equal(source->operations->mask(source, 1, false), RESULT_MISMATCH);
    assert_int_equal(source->operations->mask(source, 1, true), RESULT_OK); // it is
}

static void without_mask_bits_masking_is_unsupported(void **state)
{
    bool masked = true, pending = true;
    create(CONTROL_64);
    open_for(1);
    assert_int_equal(source->operations->mask(source, 0, true), RESULT_UNSUPPORTED);
    assert_int_equal(source->operations->status(source, 0, &masked, &pending), RESULT_OK);
    assert_false(masked);
    assert_false(pending);
}

static void hardware_that_does_not_keep_the_words_is_a_mismatch(void **state)
{
    create(CONTROL_64);
    open_for(1);
    fake_config_writable(function, 0x5c, 2, 0x00ff);
    assert_int_equal(write_words(0xfee00000, 0x4161), RESULT_MISMATCH);
    assert_true(surroundings_logged("0000:00:04.0"));
}

static void a_function_that_is_gone_is_named_so(void **state)
{
    create(CONTROL_64);
    open_for(1);
    function->gone_after = function->accesses;
    assert_int_equal(write_words(0xfee00000, 0x41), RESULT_GONE);
    assert_true(surroundings_logged("the function is gone"));
}

static void a_closed_source_takes_no_messages(void **state)
{
    create(CONTROL_64_MASKABLE_32_MESSAGES);
    assert_int_equal(write_words(0xfee00000, 0x40), RESULT_INVALID);
    assert_int_equal(source->operations->start(source, true), RESULT_INVALID);
    open_for(2);
    assert_int_equal(source->operations->start(source, false), RESULT_OK);
    source->operations->close(source);
    assert_int_equal(fake_config_get(function, 0x52, 2) & 1, 0);
    assert_int_equal(fake_config_get(function, 0x60, 4), 3);
    assert_false(device.msi.enabled);
    assert_int_equal(source->operations->mask(source, 0, false), RESULT_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_control_register_is_decoded),
        TEST(reserved_message_counts_offer_one),
        TEST(registers_lie_where_the_layout_puts_them),
        TEST(a_capability_that_runs_past_the_space_is_refused),
        TEST(a_power_of_two_is_granted),
        TEST(a_64_bit_capability_is_written_disabled_and_enabled_last),
        TEST(a_32_bit_capability_has_no_upper_address),
        TEST(a_live_capability_without_mask_bits_is_written_data_first_and_never_disabled),
        TEST(a_live_32_bit_capability_is_written_data_first_too),
        TEST(what_stays_the_same_is_not_written_while_live),
        TEST(the_upper_address_changes_alone_while_live),
        TEST(both_halves_of_a_live_address_never_change_together),
        TEST(a_masked_live_capability_may_change_both_halves),
        TEST(a_live_capability_that_does_not_keep_the_words_is_a_mismatch),
        TEST(a_live_capability_that_does_not_keep_the_data_keeps_its_address),
        TEST(a_live_function_that_goes_away_is_named_so),
        TEST(a_live_capability_with_mask_bits_is_masked_while_it_is_written),
        TEST(data_that_is_not_aligned_to_the_block_is_refused),
        TEST(read_answers_what_each_message_of_the_block_sends),
        TEST(mask_and_pending_bits_are_those_of_the_message),
        TEST(a_mask_bit_that_is_not_kept_is_a_mismatch),
        TEST(without_mask_bits_masking_is_unsupported),
        TEST(hardware_that_does_not_keep_the_words_is_a_mismatch),
        TEST(a_function_that_is_gone_is_named_so),
        TEST(a_closed_source_takes_no_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
