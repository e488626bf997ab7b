// Byte stuffing and framing: the paper's examples, a reader of its own for everything else.

#include "kernel/lib/crc32.h"
#include "kernel/lib/frame.h"
#include "kernel/lib/random.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t plain[FRAME_BODY], stuffed[FRAME_WIRE], again[FRAME_BODY + 1];

static void expect_stuffed(size_t length, const uint8_t *wanted, size_t wanted_length)
{
    assert_int_equal(cobs_encode(plain, length, stuffed), wanted_length);
    assert_memory_equal(stuffed, wanted, wanted_length);
}

#define EXPECT(bytes, wanted)                 \
    (memcpy(plain, bytes, sizeof(bytes) - 1), \
     expect_stuffed(sizeof(bytes) - 1, (const uint8_t *)(wanted), sizeof(wanted) - 1))

static void short_pieces_are_stuffed_as_the_paper_says(void **state)
{
    EXPECT("", "\x01");
    EXPECT("\0", "\x01\x01");
    EXPECT("\0\0", "\x01\x01\x01");
    EXPECT("\0\x11\0", "\x01\x02\x11\x01");
    EXPECT("\x11\x22\0\x33", "\x03\x11\x22\x02\x33");
    EXPECT("\x11\x22\x33\x44", "\x05\x11\x22\x33\x44");
    EXPECT("\x11\0\0\0", "\x02\x11\x01\x01\x01");
}

// `before` zeros, the numbers from `first` on, and one more byte where `last` is not negative.
static void expect_run(uint32_t before, uint32_t first, uint32_t count, int last, const uint8_t *codes, size_t length)
{
    uint32_t at = 0;

    memset(plain, 0, before);
    for (at = before; at < before + count; at++)
        plain[at] = (uint8_t)(first + at - before);
    if (last >= 0)
        plain[at++] = (uint8_t)last;
    assert_int_equal(cobs_encode(plain, at, stuffed), length);
    assert_int_equal(stuffed[0], codes[0]);
    assert_int_equal(stuffed[before ? 1 : 0], codes[1]);
    assert_int_equal(stuffed[length - 2], codes[2]);
    assert_int_equal(stuffed[length - 1], codes[3]);
}

static void runs_about_as_long_as_a_code_can_say_are_stuffed_as_the_paper_says(void **state)
{
    expect_run(0, 1, 254, -1, (const uint8_t[]){0xff, 0xff, 0xfd, 0xfe}, 255);   // ff 01 .. fe
    expect_run(1, 1, 254, -1, (const uint8_t[]){0x01, 0xff, 0xfd, 0xfe}, 256);   // 01 ff 01 .. fe
    expect_run(0, 1, 254, 0xff, (const uint8_t[]){0xff, 0xff, 0x02, 0xff}, 257); // ff 01 .. fe 02 ff
    expect_run(0, 2, 254, 0, (const uint8_t[]){0xff, 0xff, 0x01, 0x01}, 257);    // ff 02 .. ff 01 01
}

// Answers the length, SIZE_MAX where it is no COBS.
static size_t unstuff(const uint8_t *bytes, size_t length, uint8_t *decoded)
{
    size_t at = 0, written = 0;

    while (at < length) {
        uint8_t code = bytes[at++];
        if (code == 0 || at + code - 1 > length)
            return SIZE_MAX;
        memcpy(decoded + written, bytes + at, code - 1u);
        written += code - 1u;
        at += code - 1u;
        if (code < 0xff && at < length)
            decoded[written++] = 0;
    }
    return written;
}

static void whatever_is_stuffed_has_no_zero_fits_and_comes_back(void **state)
{
    struct random random;

    random_start(&random, 11);
    for (uint32_t round = 0; round < 3000; round++) {
        size_t length = random_below(&random, 1200);
        uint32_t zeros = 1 + random_below(&random, 400); // one byte in so many
        for (size_t i = 0; i < length; i++)
            plain[i] = random_below(&random, zeros) ? (uint8_t)(1 + random_below(&random, 255)) : 0;
        size_t encoded = cobs_encode(plain, length, stuffed);
        assert_true(encoded <= COBS_SIZE(length));
        assert_null(memchr(stuffed, 0, encoded));
        assert_int_equal(unstuff(stuffed, encoded, again), length);
        assert_memory_equal(again, plain, length);
    }
}

static void a_frame_is_type_payload_and_checksum_between_zeros(void **state)
{
    struct frame frame = {.length = 2};
    // CRC-32 of 01 'h' 'i' is 0x67c98b76.
    const uint8_t wanted[] = {0, 8, 1, 'h', 'i', 0x76, 0x8b, 0xc9, 0x67, 0};

    memcpy(frame_payload(&frame), "hi", 2);
    assert_int_equal(frame_encode(&frame, FRAME_METADATA, stuffed), sizeof(wanted));
    assert_memory_equal(stuffed, wanted, sizeof(wanted));
}

static void the_largest_frame_fits(void **state)
{
    static struct frame frame = {.length = FRAME_PAYLOAD};

    memset(frame_payload(&frame), 0xaa, FRAME_PAYLOAD);
    size_t length = frame_encode(&frame, FRAME_PACKET, stuffed);
    assert_true(length <= FRAME_WIRE);
    assert_int_equal(unstuff(stuffed + 1, length - 2, again), FRAME_BODY);
    assert_int_equal(again[0], FRAME_PACKET);
    assert_int_equal(crc32_of(again, FRAME_BODY), 0x2144df1c); // what a CRC-32 leaves behind its own bytes
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_pieces_are_stuffed_as_the_paper_says),
        cmocka_unit_test(runs_about_as_long_as_a_code_can_say_are_stuffed_as_the_paper_says),
        cmocka_unit_test(whatever_is_stuffed_has_no_zero_fits_and_comes_back),
        cmocka_unit_test(a_frame_is_type_payload_and_checksum_between_zeros),
        cmocka_unit_test(the_largest_frame_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
