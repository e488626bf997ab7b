// IOAPIC pins and the lines on them: what is written in which order, and what is left alone.
// sources: arch/apic/ioapic_entry.c arch/apic/ioapic_line.c arch/apic/line_share.c arch/interrupt/delivery.c arch/apic/message_format.c
// sources: tests/fakes/heap.c tests/fakes/ioapic.c tests/fakes/host.c

#include "tests/fakes/ioapic.h"

#include "arch/apic/ioapic.c"

#include "arch/apic/ioapic_line.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { GSI = 22, LOW = IOAPIC_ENTRIES + 2 * GSI, HIGH = LOW + 1, OTHER_BASE_GSI = 24 };

#define LEVEL_LOW  UINT32_C(0xa000)
#define MASKED     UINT32_C(0x10000)
#define REMOTE_IRR UINT32_C(0x4000)

static const struct ioapic_entry level_entry = {.destination = {3},
                                                .vector = 0x51,
                                                .mode = INTERRUPT_LEVEL_SENSITIVE,
                                                .polarity = INTERRUPT_ACTIVE_LOW};

static void expect_writes(const struct fake_ioapic_write *expected, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        assert_true(i < fake_ioapic.write_count);
        assert_int_equal(fake_ioapic.writes[i].number, expected[i].number);
        assert_int_equal(fake_ioapic.writes[i].value, expected[i].value);
    }
    assert_int_equal(fake_ioapic.write_count, count);
}

// Number 9 lies over memory: its window is none that mmio_map() knows here.
bool firmware_claims_stand(struct physical base, const char *kind, uint32_t number)
{
    assert_string_equal(kind, "IOAPIC");
    return number != 9;
}

// An inventory of IOAPICs cannot be emptied, so it is made once.
static int set_up_all(void **state)
{
    fake_ioapic_reset();
    fake_host_reset();
    fake_ioapic.entries[4] = 0x0100000000000034;
    for (uint32_t i = 0; i < FAKE_IOAPIC_PINS; i++)
        fake_ioapic.entries[i] |= i == 4 ? 0 : MASKED;
    struct acpi_ioapic found[] = {{.id = 9, .address = {0x100000}, .gsi_base = 96},
                                  {.id = 0, .address = {FAKE_IOAPIC_BASE}, .gsi_base = 0},
                                  {.id = 2, .address = {FAKE_IOAPIC_NONE}, .gsi_base = 64},
                                  {.id = 1, .address = {FAKE_IOAPIC_OTHER_BASE}, .gsi_base = OTHER_BASE_GSI}};
    assert_int_equal(ioapic_add_all(&(struct acpi_madt){.ioapics = found, .ioapic_count = ARRAY_COUNT(found)}),
                     RESULT_OK);
    return 0;
}

static int set_up(void **state)
{
    fake_host_reset();
    fake_ioapic_reset();
    for (uint32_t i = 0; i < FAKE_IOAPIC_PINS; i++)
        fake_ioapic.entries[i] = MASKED;
    return 0;
}

static void a_pin_the_firmware_left_open_is_recorded(void **state)
{
    assert_int_equal(firmware_total(), 1 + FAKE_IOAPIC_OTHER_PINS);
    assert_string_equal(firmware_get(0)->item, "ioapic_pin");
    assert_string_equal(firmware_get(0)->where, "ioapic 0 pin 4 (gsi 4)");
}

static void a_window_behind_which_nobody_answers_is_refused(void **state)
{
    const uint32_t readings[] = {UINT32_MAX, 0};

    for (uint32_t i = 0; i < ARRAY_COUNT(readings); i++) {
        fake_ioapic.nothing = readings[i];
        assert_int_equal(ioapic_add(2, (struct physical){FAKE_IOAPIC_NONE}, 64), RESULT_GONE);
    }
    assert_int_equal(ioapic_pin_total(), FAKE_IOAPIC_PINS + FAKE_IOAPIC_OTHER_PINS);
}

static void pins_are_found_by_gsi_on_whichever_ioapic_has_them(void **state)
{
    struct ioapic_entry entry;
    uint64_t seen = 0;
    uint32_t gsi;

    for (uint32_t i = 0; ioapic_pin_gsi(i, &gsi); i++)
        seen |= BIT(gsi);
    assert_true(seen == BITS(31, 0));
    assert_int_equal(ioapic_pin_mask(OTHER_BASE_GSI + 2, true), RESULT_OK);
    assert_int_equal(fake_ioapic.writes[0].number, IOAPIC_ENTRIES + 4);
    assert_int_equal(ioapic_pin_read(31, &entry), RESULT_OK);
    assert_int_equal(ioapic_pin_read(32, &entry), RESULT_NOT_FOUND);
    assert_int_equal(ioapic_pin_mask(32, true), RESULT_NOT_FOUND);
}

static void a_live_entry_is_masked_then_aimed_then_filled_and_unmasked_last(void **state)
{
    const struct fake_ioapic_write expected[] = {
        {LOW, MASKED | LEVEL_LOW | 0x40},
        {HIGH, 0x03000000},
        {LOW, MASKED | LEVEL_LOW | 0x51},
        {LOW, LEVEL_LOW | 0x51},
    };

    fake_ioapic.entries[GSI] = LEVEL_LOW | 0x40;
    assert_int_equal(ioapic_pin_write(GSI, &level_entry), RESULT_OK);
    expect_writes(expected, ARRAY_COUNT(expected));
}

static void an_entry_that_shall_be_masked_is_never_open(void **state)
{
    struct ioapic_entry entry = level_entry;

    entry.masked = true;
    assert_int_equal(ioapic_pin_write(GSI, &entry), RESULT_OK);
    for (uint32_t i = 0; i < fake_ioapic.write_count; i++)
        assert_true(fake_ioapic.writes[i].number == HIGH || fake_ioapic.writes[i].value & MASKED);
    assert_true(fake_ioapic.entries[GSI] == (UINT64_C(0x03000000) << 32 | MASKED | LEVEL_LOW | 0x51));
}

static uint32_t looks_left;

static void end_of_interrupt_comes_back(void)
{
    assert_int_equal(fake_ioapic.write_count, 1);
    if (--looks_left == 0)
        fake_ioapic.entries[GSI] &= ~(uint64_t)REMOTE_IRR;
}

static void a_level_entry_keeps_its_vector_until_its_last_interrupt_has_ended(void **state)
{
    looks_left = 3;
    fake_host.on_idle = end_of_interrupt_comes_back;
    fake_ioapic.entries[GSI] = LEVEL_LOW | REMOTE_IRR | 0x40;
    assert_int_equal(ioapic_pin_write(GSI, &level_entry), RESULT_OK);
    assert_int_equal(looks_left, 0);
    assert_int_equal((uint32_t)fake_ioapic.entries[GSI], LEVEL_LOW | 0x51);
}

static void an_end_that_did_not_find_the_pin_is_made_good_by_the_end_register(void **state)
{
    uint32_t warnings = log_total(LOG_WARNING);

    fake_ioapic.entries[GSI] = LEVEL_LOW | REMOTE_IRR | 0x40;
    assert_int_equal(ioapic_pin_write(GSI, &level_entry), RESULT_OK);
    assert_int_equal((uint32_t)fake_ioapic.entries[GSI], LEVEL_LOW | 0x51);
    assert_int_equal(log_total(LOG_WARNING), warnings + 1);
}

static void without_an_end_register_the_pin_is_an_edge_for_a_moment(void **state)
{
    fake_ioapic.other_entries[1] = LEVEL_LOW | REMOTE_IRR | 0x40;
    assert_int_equal(ioapic_pin_write(FAKE_IOAPIC_PINS + 1, &level_entry), RESULT_OK);
    assert_int_equal((uint32_t)fake_ioapic.other_entries[1], LEVEL_LOW | 0x51);
}

static void an_interrupt_that_never_ends_leaves_the_entry_as_it_was(void **state)
{
    uint32_t errors = log_total(LOG_ERROR);

    fake_ioapic.never_ends = true;
    fake_ioapic.entries[GSI] = UINT64_C(0x01000000) << 32 | LEVEL_LOW | REMOTE_IRR | 0x40;
    assert_int_equal(ioapic_pin_write(GSI, &level_entry), RESULT_TIMEOUT);
    assert_true(fake_ioapic.entries[GSI] == (UINT64_C(0x01000000) << 32 | LEVEL_LOW | REMOTE_IRR | 0x40));
    assert_int_equal(log_total(LOG_ERROR), errors + 1);
}

static void what_hardware_does_not_keep_stays_masked(void **state)
{
    fake_ioapic.stuck_bits = 0x10;
    assert_int_equal(ioapic_pin_write(GSI, &level_entry), RESULT_MISMATCH);
    assert_true(fake_ioapic.entries[GSI] & MASKED);
}

static void what_no_entry_can_say_is_not_written(void **state)
{
    struct ioapic_entry entry = level_entry;

    entry.destination.value = 256;
    assert_int_equal(ioapic_pin_write(GSI, &entry), RESULT_UNSUPPORTED);
    entry = level_entry;
    entry.vector = 8;
    assert_int_equal(ioapic_pin_write(GSI, &entry), RESULT_INVALID);
    assert_int_equal(fake_ioapic.write_count, 0);
}

static void masking_changes_one_bit_and_writes_no_read_only_one(void **state)
{
    const struct fake_ioapic_write expected[] = {{LOW, MASKED | LEVEL_LOW | 0x51}, {LOW, LEVEL_LOW | 0x51}};

    fake_ioapic.entries[GSI] = LEVEL_LOW | REMOTE_IRR | BIT(12) | 0x51;
    assert_int_equal(ioapic_pin_mask(GSI, true), RESULT_OK);
    assert_int_equal(ioapic_pin_mask(GSI, false), RESULT_OK);
    expect_writes(expected, ARRAY_COUNT(expected));
    fake_ioapic.stuck_bits = MASKED;
    assert_int_equal(ioapic_pin_mask(GSI, true), RESULT_MISMATCH);
}

// Two devices, made once: their sources cannot be taken away.
struct line_device {
    struct device device;
    bool enabled;
    bool asserted;
    bool bus_master;
};

static struct line_device devices[2];

static void device_enable(struct device *device, bool on)
{
    CONTAINER_OF(device, struct line_device, device)->enabled = on;
}

static bool device_is_asserted(const struct device *device)
{
    return CONTAINER_OF((struct device *)device, struct line_device, device)->asserted;
}

static void device_bus_master(struct device *device, bool on)
{
    CONTAINER_OF(device, struct line_device, device)->bus_master = on;
}

static const struct device_line device_line = {device_enable, device_is_asserted, device_bus_master};
static const struct message_words words = {{0xfee03000}, 0x51};

static struct message_source *source_of(uint32_t index)
{
    struct device *device = &devices[index].device;

    device->line = &device_line;
    if (!device->irq.sources[MESSAGE_LINE])
        device->irq.sources[MESSAGE_LINE] =
            ioapic_line_source_create(device, GSI, INTERRUPT_LEVEL_SENSITIVE, INTERRUPT_ACTIVE_LOW);
    assert_non_null(device->irq.sources[MESSAGE_LINE]);
    return device->irq.sources[MESSAGE_LINE];
}

// As connecting does it.
static struct message_source *open_line(uint32_t index)
{
    struct message_source *source = source_of(index);
    bool is_open_already = ioapic_line_is_open(GSI); // another device's: left as it is
    uint32_t granted = 0;

    assert_int_equal(source->operations->open(source, 4, &granted), RESULT_OK);
    assert_int_equal(granted, 1);
    assert_int_equal(source->operations->write(source, 0, words), RESULT_OK);
    assert_true(fake_ioapic.entries[GSI] & MASKED || is_open_already);
    assert_int_equal(source->operations->mask(source, 0, false), RESULT_OK);
    assert_int_equal(source->operations->start(source, true), RESULT_OK);
    return source;
}

static void a_line_becomes_an_entry_of_its_mode_and_polarity_and_reads_back_as_words(void **state)
{
    struct message_source *source = open_line(0);
    struct message_words found;

    assert_int_equal(source->capacity, 1);
    assert_true(fake_ioapic.entries[GSI] == (UINT64_C(0x03000000) << 32 | LEVEL_LOW | 0x51));
    assert_int_equal(source->operations->read(source, 0, &found), RESULT_OK);
    assert_true(found.address.address == words.address.address && found.data == words.data);
    assert_true(devices[0].enabled && devices[0].bus_master);
    fake_ioapic.entries[GSI] ^= BIT(15);
    assert_int_equal(source->operations->read(source, 0, &found), RESULT_MISMATCH);
    source->operations->close(source);
}

static void the_detail_of_a_line_is_what_its_pin_says(void **state)
{
    struct message_source *source = open_line(0);
    struct message_detail detail;

    assert_int_equal(source->operations->detail(source, 0, &detail), RESULT_OK);
    assert_int_equal(detail.mode, INTERRUPT_LEVEL_SENSITIVE);
    assert_int_equal(detail.polarity, INTERRUPT_ACTIVE_LOW);
    assert_false(detail.awaits_end);
    fake_ioapic.entries[GSI] ^= BIT(15) | BIT(14) | BIT(13);
    assert_int_equal(source->operations->detail(source, 0, &detail), RESULT_OK);
    assert_int_equal(detail.mode, INTERRUPT_LATCHED);
    assert_int_equal(detail.polarity, INTERRUPT_ACTIVE_HIGH);
    assert_true(detail.awaits_end);
    assert_int_equal(source->operations->detail(source, 1, &detail), RESULT_INVALID);
    fake_ioapic.entries[GSI] ^= BIT(15) | BIT(14) | BIT(13);
    source->operations->close(source);
}

static void words_that_no_entry_can_hold_are_refused(void **state)
{
    struct message_source *source = source_of(0);
    struct message_words remappable = {{0xfee00018}, 0}, elsewhere = {{0x1000}, 0x51};
    uint32_t granted;

    assert_int_equal(source->operations->write(source, 0, words), RESULT_INVALID);
    assert_int_equal(source->operations->open(source, 1, &granted), RESULT_OK);
    assert_int_equal(source->operations->write(source, 0, remappable), RESULT_UNSUPPORTED);
    assert_int_equal(source->operations->write(source, 0, elsewhere), RESULT_INVALID);
    assert_int_equal(source->operations->write(source, 1, words), RESULT_INVALID);
    source->operations->close(source);
}

static void a_second_device_on_the_pin_leaves_it_alone_in_coming_and_going(void **state)
{
    struct message_source *first = open_line(0);
    uint64_t before = fake_ioapic.entries[GSI];

    struct message_source *second = open_line(1);
    for (uint32_t i = fake_ioapic.write_count; i > 5; i--)
        assert_false(fake_ioapic.writes[i - 1].value & MASKED);
    second->operations->close(second);
    assert_true(fake_ioapic.entries[GSI] == before);
    assert_true(devices[0].enabled && !devices[1].enabled);
    first->operations->close(first);
    assert_true(fake_ioapic.entries[GSI] & MASKED);
    assert_false(devices[0].enabled);
}

static void the_status_is_the_pins_mask_and_the_devices_own_word(void **state)
{
    struct message_source *source = open_line(0);
    bool masked, pending;

    devices[0].asserted = true;
    assert_int_equal(source->operations->mask(source, 0, true), RESULT_OK);
    assert_int_equal(source->operations->status(source, 0, &masked, &pending), RESULT_OK);
    assert_true(masked && pending);
    devices[0].asserted = false;
    assert_int_equal(source->operations->mask(source, 0, false), RESULT_OK);
    assert_int_equal(source->operations->status(source, 0, &masked, &pending), RESULT_OK);
    assert_true(!masked && !pending);
    source->operations->close(source);
}

static void holding_masks_the_pins_in_use_and_opens_only_those_again(void **state)
{
    struct message_source *first = open_line(0), *second = open_line(1);

    ioapic_line_hold(true);
    assert_true(fake_ioapic.entries[GSI] & MASKED);
    ioapic_line_hold(false);
    assert_false(fake_ioapic.entries[GSI] & MASKED);
    assert_int_equal(first->operations->mask(first, 0, true), RESULT_OK);
    ioapic_line_hold(true);
    ioapic_line_hold(false);
    assert_true(fake_ioapic.entries[GSI] & MASKED);
    first->operations->close(first);
    second->operations->close(second);
    ioapic_line_hold(true);
    ioapic_line_hold(false);
    assert_true(fake_ioapic.entries[GSI] & MASKED);
    assert_false(ioapic_line_is_open(GSI));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pin_the_firmware_left_open_is_recorded),
        cmocka_unit_test_setup(a_window_behind_which_nobody_answers_is_refused, set_up),
        cmocka_unit_test_setup(pins_are_found_by_gsi_on_whichever_ioapic_has_them, set_up),
        cmocka_unit_test_setup(a_live_entry_is_masked_then_aimed_then_filled_and_unmasked_last, set_up),
        cmocka_unit_test_setup(an_entry_that_shall_be_masked_is_never_open, set_up),
        cmocka_unit_test_setup(a_level_entry_keeps_its_vector_until_its_last_interrupt_has_ended, set_up),
        cmocka_unit_test_setup(an_end_that_did_not_find_the_pin_is_made_good_by_the_end_register, set_up),
        cmocka_unit_test_setup(without_an_end_register_the_pin_is_an_edge_for_a_moment, set_up),
        cmocka_unit_test_setup(an_interrupt_that_never_ends_leaves_the_entry_as_it_was, set_up),
        cmocka_unit_test_setup(what_hardware_does_not_keep_stays_masked, set_up),
        cmocka_unit_test_setup(what_no_entry_can_say_is_not_written, set_up),
        cmocka_unit_test_setup(masking_changes_one_bit_and_writes_no_read_only_one, set_up),
        cmocka_unit_test_setup(a_line_becomes_an_entry_of_its_mode_and_polarity_and_reads_back_as_words, set_up),
        cmocka_unit_test_setup(the_detail_of_a_line_is_what_its_pin_says, set_up),
        cmocka_unit_test_setup(words_that_no_entry_can_hold_are_refused, set_up),
        cmocka_unit_test_setup(a_second_device_on_the_pin_leaves_it_alone_in_coming_and_going, set_up),
        cmocka_unit_test_setup(the_status_is_the_pins_mask_and_the_devices_own_word, set_up),
        cmocka_unit_test_setup(holding_masks_the_pins_in_use_and_opens_only_those_again, set_up),
    };

    return cmocka_run_group_tests(tests, set_up_all, NULL);
}
