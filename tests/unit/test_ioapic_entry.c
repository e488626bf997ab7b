// IOAPIC redirection entries: golden words typed from the 82093AA datasheet, 3.2.4.
// sources: arch/apic/ioapic_entry.c arch/interrupt/delivery.c

#include "arch/apic/ioapic_entry.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct golden {
    struct ioapic_entry entry;
    uint64_t word;
};

static const struct golden golden[] = {
    {{.destination = {1}, .vector = 0x51}, UINT64_C(0x0100000000000051)},
    {{.destination = {254}, .vector = 0x30, .mode = INTERRUPT_LEVEL_SENSITIVE, .polarity = INTERRUPT_ACTIVE_LOW},
     UINT64_C(0xfe0000000000a030)},
    {{.destination = {0}, .vector = 0xb0, .polarity = INTERRUPT_ACTIVE_LOW}, UINT64_C(0x20b0)},
    {{.destination = {0}, .vector = 0xb0, .mode = INTERRUPT_LEVEL_SENSITIVE}, UINT64_C(0x80b0)},
    {{.destination = {0xff}, .logical = true, .delivery = DELIVERY_LOWEST_PRIORITY, .vector = 0x61},
     UINT64_C(0xff00000000000961)},
    {{.masked = true}, UINT64_C(0x10000)},
    {{.masked = true, .vector = 0xff, .destination = {2}}, UINT64_C(0x02000000000100ff)},
    {{.destination = {3}, .delivery = DELIVERY_NMI}, UINT64_C(0x0300000000000400)},
    {{.destination = {0}, .delivery = DELIVERY_EXTINT}, UINT64_C(0x700)},
};

static void expect_equal(const struct ioapic_entry *left, const struct ioapic_entry *right)
{
    assert_int_equal(left->destination.value, right->destination.value);
    assert_int_equal(left->logical, right->logical);
    assert_int_equal(left->delivery, right->delivery);
    assert_int_equal(left->vector, right->vector);
    assert_int_equal(left->polarity, right->polarity);
    assert_int_equal(left->mode, right->mode);
    assert_int_equal(left->masked, right->masked);
    assert_int_equal(left->remote_irr, right->remote_irr);
}

static void encoding_gives_the_datasheets_words(void **state)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(golden); i++) {
        uint64_t word = 0;
        assert_int_equal(ioapic_entry_encode(&golden[i].entry, &word), RESULT_OK);
        assert_true(word == golden[i].word);
    }
}

static void decoding_takes_the_datasheets_words_apart(void **state)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(golden); i++) {
        struct ioapic_entry entry;
        assert_int_equal(ioapic_entry_decode(golden[i].word, &entry), RESULT_OK);
        expect_equal(&entry, &golden[i].entry);
    }
}

static void read_only_bits_are_read_and_never_written(void **state)
{
    struct ioapic_entry entry;
    uint64_t word;
    assert_int_equal(ioapic_entry_decode(UINT64_C(0x010000000000f051), &entry), RESULT_OK);
    assert_true(entry.remote_irr);
    assert_int_equal(ioapic_entry_encode(&entry, &word), RESULT_OK);
    assert_true(word == UINT64_C(0x010000000000a051));

    assert_int_equal(ioapic_entry_decode(UINT64_C(0x4051), &entry), RESULT_OK);
    assert_true(entry.remote_irr);
    assert_int_equal(ioapic_entry_decode(UINT64_C(0x1051), &entry), RESULT_OK);
    assert_false(entry.remote_irr);
}

static void a_destination_that_does_not_fit_is_refused_and_never_cut(void **state)
{
    static const uint32_t ids[] = {255, 256, 0x101, 0x100000, UINT32_MAX};
    uint64_t word = 0x1234;
    for (uint32_t i = 0; i < ARRAY_COUNT(ids); i++) {
        struct ioapic_entry entry = {.destination = {ids[i]}, .vector = 0x51};
        assert_int_equal(ioapic_entry_encode(&entry, &word), RESULT_UNSUPPORTED);
    }
    assert_int_equal(word, 0x1234);
}

static void an_unmasked_entry_needs_a_vector_its_delivery_takes(void **state)
{
    uint64_t word;
    for (uint32_t vector = 0; vector < 300; vector++) {
        struct ioapic_entry entry = {.vector = vector};
        bool is_allowed = vector >= 16 && vector <= 254;
        assert_int_equal(ioapic_entry_encode(&entry, &word), is_allowed ? RESULT_OK : RESULT_INVALID);
        entry.masked = true;
        assert_int_equal(ioapic_entry_encode(&entry, &word), vector < 256 ? RESULT_OK : RESULT_INVALID);
    }
}

static void reserved_delivery_modes_are_refused_both_ways(void **state)
{
    uint64_t word;
    struct ioapic_entry entry = {.vector = 0x51, .delivery = (enum delivery_mode)6, .masked = true};
    assert_int_equal(ioapic_entry_encode(&entry, &word), RESULT_INVALID);
    assert_int_equal(ioapic_entry_decode(UINT64_C(0x0200000000010351), &entry), RESULT_INVALID);
    assert_int_equal(entry.destination.value, 2);
    assert_int_equal(entry.vector, 0x51);
    assert_int_equal(entry.delivery, DELIVERY_FIXED);
    assert_true(entry.masked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoding_gives_the_datasheets_words),
        cmocka_unit_test(decoding_takes_the_datasheets_words_apart),
        cmocka_unit_test(read_only_bits_are_read_and_never_written),
        cmocka_unit_test(a_destination_that_does_not_fit_is_refused_and_never_cut),
        cmocka_unit_test(an_unmasked_entry_needs_a_vector_its_delivery_takes),
        cmocka_unit_test(reserved_delivery_modes_are_refused_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
