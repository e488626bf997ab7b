// Interrupt messages: golden words typed from Intel SDM vol. 3, 11.11, and every word of a foreign device.
// sources: arch/apic/message_format.c arch/interrupt/delivery.c

#include "arch/apic/message_format.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct golden {
    struct message_fields fields;
    uint64_t address;
    uint32_t data;
};

static const struct golden golden[] = {
    {{.destination = {1}, .vector = 0x51}, 0xfee01000, 0x51},
    {{.destination = {0}, .vector = 0x10}, 0xfee00000, 0x10},
    {{.destination = {254}, .vector = 0xfe}, 0xfeefe000, 0xfe},
    {{.destination = {0x80}, .vector = 0x31, .delivery = DELIVERY_LOWEST_PRIORITY, .redirection_hint = true},
     0xfee80008,
     0x131},
    {{.destination = {0xff}, .vector = 0x31, .logical = true, .delivery = DELIVERY_LOWEST_PRIORITY}, 0xfeeff004, 0x131},
    {{.destination = {3}, .vector = 0x31, .logical = true, .redirection_hint = true}, 0xfee0300c, 0x31},
    {{.destination = {2}, .vector = 0, .delivery = DELIVERY_SMI}, 0xfee02000, 0x200},
    {{.destination = {2}, .vector = 0, .delivery = DELIVERY_NMI}, 0xfee02000, 0x400},
    {{.destination = {2}, .vector = 0, .delivery = DELIVERY_INIT}, 0xfee02000, 0x500},
    {{.destination = {2}, .vector = 0, .delivery = DELIVERY_EXTINT}, 0xfee02000, 0x700},
    {{.destination = {1}, .vector = 0x40, .level_triggered = true}, 0xfee01000, 0x8040},
    {{.destination = {1}, .vector = 0x40, .level_triggered = true, .asserted = true}, 0xfee01000, 0xc040},
};

static void expect_equal(const struct message_fields *left, const struct message_fields *right)
{
    assert_int_equal(left->destination.value, right->destination.value);
    assert_int_equal(left->logical, right->logical);
    assert_int_equal(left->redirection_hint, right->redirection_hint);
    assert_int_equal(left->delivery, right->delivery);
    assert_int_equal(left->vector, right->vector);
    assert_int_equal(left->level_triggered, right->level_triggered);
    assert_int_equal(left->asserted, right->asserted);
}

static void encoding_gives_the_manuals_words(void **state)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(golden); i++) {
        struct message_words words;
        assert_int_equal(message_format_encode(&golden[i].fields, &words), RESULT_OK);
        assert_int_equal(words.address.address, golden[i].address);
        assert_int_equal(words.data, golden[i].data);
    }
}

static void decoding_takes_the_manuals_words_apart(void **state)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(golden); i++) {
        struct message_fields fields;
        struct message_words words = {{golden[i].address}, golden[i].data};
        assert_int_equal(message_format_decode(words, &fields), RESULT_OK);
        expect_equal(&fields, &golden[i].fields);
    }
}

static void an_apic_id_that_does_not_fit_is_refused_and_never_cut(void **state)
{
    static const uint32_t ids[] = {255, 256, 257, 0x1001, 0x10000, UINT32_MAX};
    struct message_words words = {{0x1234}, 0x5678};
    for (uint32_t i = 0; i < ARRAY_COUNT(ids); i++) {
        struct message_fields fields = {.destination = {ids[i]}, .vector = 0x51};
        assert_int_equal(message_format_encode(&fields, &words), RESULT_UNSUPPORTED);
    }
    struct message_fields logical = {.destination = {256}, .logical = true, .vector = 0x51};
    assert_int_equal(message_format_encode(&logical, &words), RESULT_UNSUPPORTED);
    assert_int_equal(words.address.address, 0x1234);
    assert_int_equal(words.data, 0x5678);
}

static enum result encode(enum delivery_mode delivery, uint32_t vector)
{
    struct message_words words;
    struct message_fields fields = {.vector = vector, .delivery = delivery};
    return message_format_encode(&fields, &words);
}

static void vectors_a_delivery_mode_cannot_carry_are_refused(void **state)
{
    for (uint32_t vector = 0; vector < 300; vector++) {
        enum result expected = vector >= 16 && vector <= 254 ? RESULT_OK : RESULT_INVALID;
        assert_int_equal(encode(DELIVERY_FIXED, vector), expected);
        assert_int_equal(encode(DELIVERY_LOWEST_PRIORITY, vector), expected);
        assert_int_equal(encode(DELIVERY_NMI, vector), vector < 256 ? RESULT_OK : RESULT_INVALID);
        assert_int_equal(encode(DELIVERY_SMI, vector), vector == 0 ? RESULT_OK : RESULT_INVALID);
    }
}

static void reserved_delivery_modes_and_a_stray_assert_are_refused(void **state)
{
    struct message_words words;
    struct message_fields stray = {.vector = 0x51, .asserted = true};
    assert_int_equal(encode((enum delivery_mode)3, 0x51), RESULT_INVALID);
    assert_int_equal(encode((enum delivery_mode)6, 0x51), RESULT_INVALID);
    assert_int_equal(encode((enum delivery_mode)8, 0x51), RESULT_INVALID);
    assert_int_equal(message_format_encode(&stray, &words), RESULT_INVALID);
}

static void foreign_words_are_told_apart(void **state)
{
    struct message_fields fields;
    struct message_words none = {{0}, 0};
    struct message_words ram = {{0x7f001000}, 0x51};
    struct message_words high = {{UINT64_C(0x1fee01000)}, 0x51};
    struct message_words next = {{0xfef01000}, 0x51};
    struct message_words remappable = {{0xfee00018}, 0};
    struct message_words reserved_mode = {{0xfee01000}, 0x351};
    assert_int_equal(message_format_decode(none, &fields), RESULT_INVALID);
    assert_int_equal(message_format_decode(ram, &fields), RESULT_INVALID);
    assert_int_equal(message_format_decode(high, &fields), RESULT_INVALID);
    assert_int_equal(message_format_decode(next, &fields), RESULT_INVALID);
    assert_int_equal(message_format_decode(remappable, &fields), RESULT_UNSUPPORTED);
    assert_int_equal(message_format_decode(reserved_mode, &fields), RESULT_INVALID);
}

static void reserved_bits_and_dont_cares_of_foreign_words_are_ignored(void **state)
{
    struct message_fields fields;
    struct message_words broadcast = {{0xfeeffff3 & ~UINT64_C(0x10)}, 0xffff7805};
    assert_int_equal(message_format_decode(broadcast, &fields), RESULT_OK);
    struct message_fields expected = {.destination = {255}, .vector = 5};
    expect_equal(&fields, &expected);
}

static void what_encodes_decodes_to_the_same_fields(void **state)
{
    for (uint32_t i = 0; i < 1u << 20; i++) {
        struct message_fields back, fields = {
                                        .destination = {i & 0xff},
                                        .vector = (i >> 8) & 0xff,
                                        .delivery = (enum delivery_mode)((i >> 16) & 1),
                                        .logical = i >> 17 & 1,
                                        .redirection_hint = i >> 18 & 1,
                                        .level_triggered = i >> 19 & 1,
                                    };
        struct message_words words;
        if (message_format_encode(&fields, &words) != RESULT_OK) {
            continue;
        }
        if (message_format_decode(words, &back) != RESULT_OK || back.destination.value != fields.destination.value ||
            back.vector != fields.vector || back.delivery != fields.delivery || back.logical != fields.logical ||
            back.redirection_hint != fields.redirection_hint || back.level_triggered != fields.level_triggered) {
            fail_msg("fields %#x came back changed", i);
        }
    }
}

static void the_short_way_gives_the_same_words_and_refusals(void **state)
{
    for (uint32_t id = 0; id < 300; id++) {
        for (uint32_t vector = 0; vector < 260; vector++) {
            struct message_fields fields = {.destination = {id}, .delivery = DELIVERY_FIXED, .vector = vector};
            struct message_words words = {{0}, 0}, expected = {{0}, 0};
            assert_int_equal(message_format_encode_fixed(fields.destination, vector, &words),
                             message_format_encode(&fields, &expected));
            assert_int_equal(words.address.address, expected.address.address);
            assert_int_equal(words.data, expected.data);
        }
    }
    struct message_words words;
    assert_int_equal(message_format_encode_fixed((struct apic_id){UINT32_MAX}, 0x50, &words), RESULT_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoding_gives_the_manuals_words),
        cmocka_unit_test(decoding_takes_the_manuals_words_apart),
        cmocka_unit_test(an_apic_id_that_does_not_fit_is_refused_and_never_cut),
        cmocka_unit_test(vectors_a_delivery_mode_cannot_carry_are_refused),
        cmocka_unit_test(reserved_delivery_modes_and_a_stray_assert_are_refused),
        cmocka_unit_test(foreign_words_are_told_apart),
        cmocka_unit_test(reserved_bits_and_dont_cares_of_foreign_words_are_ignored),
        cmocka_unit_test(what_encodes_decodes_to_the_same_fields),
        cmocka_unit_test(the_short_way_gives_the_same_words_and_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
