// DEFLATE: whatever zlib compresses comes back, whatever zlib refuses is refused, and each mistake has its name.
// sources: boot/inflate.c boot/inflate_code.c boot/inflate_stream.c tests/fakes/zlib_peer.c

#include "boot/inflate.h"
#include "tests/fakes/zlib_peer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLE_SIZE = 70000 }; // more than a stored block holds and than a copy reaches back

static uint8_t sample[SAMPLE_SIZE];
static uint8_t output[SAMPLE_SIZE];
static struct inflate_extent extent;

static uint32_t random_next(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

// Of `kinds` different bytes: few compress well, 256 do not compress.
static void sample_fill(uint32_t kinds)
{
    uint32_t state = kinds;
    for (size_t i = 0; i < SAMPLE_SIZE; i++)
        sample[i] = (uint8_t)(random_next(&state) % kinds);
}

// Bytes that recur at every distance a copy can have.
static void sample_fill_with_copies(void)
{
    uint32_t state = 7;
    for (size_t i = 0; i < SAMPLE_SIZE;) {
        size_t length = 3 + random_next(&state) % 300;
        size_t distance = 1 + random_next(&state) % 32768;
        for (; length > 0 && i < SAMPLE_SIZE; length--, i++)
            sample[i] = i < distance || length % 97 == 0 ? (uint8_t)random_next(&state) : sample[i - distance];
    }
}

// Both in blocks of exactly their size, so that a sanitizer sees every access outside.
static enum inflate_result inflate_exactly(const uint8_t *bytes, size_t size, size_t capacity)
{
    uint8_t *input = malloc(size == 0 ? 1 : size);
    uint8_t *room = malloc(capacity == 0 ? 1 : capacity);
    memcpy(input, bytes, size);
    enum inflate_result result = inflate_bytes(input, size, room, capacity, &extent);
    assert_true(extent.taken <= size && extent.made <= capacity);
    memcpy(output, room, extent.made);
    free(room);
    free(input);
    return result;
}

static void require_round_trip(size_t size, int level, int strategy)
{
    size_t packed_size;
    uint8_t *packed = zlib_peer_deflate(sample, size, level, strategy, &packed_size);
    assert_int_equal(inflate_exactly(packed, packed_size, size), INFLATE_OK);
    assert_int_equal(extent.taken, packed_size);
    assert_int_equal(extent.made, size);
    assert_memory_equal(output, sample, size);
    free(packed);
}

static void require_round_trips(void)
{
    static const size_t sizes[] = {0, 1, 2, 3, 258, 259, 4096, 65535, 65536, SAMPLE_SIZE};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (int level = 0; level <= 9; level++)
            require_round_trip(sizes[i], level, ZLIB_PEER_DEFAULT);
        for (int strategy = 1; strategy < ZLIB_PEER_STRATEGIES; strategy++)
            require_round_trip(sizes[i], 9, strategy);
    }
}

static void what_zlib_compresses_comes_back(void **state)
{
    static const uint32_t kinds[] = {1, 2, 3, 20, 100, 256};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        sample_fill(kinds[i]);
        require_round_trips();
    }
}

static void copies_of_every_length_and_distance_come_back(void **state)
{
    sample_fill_with_copies();
    require_round_trips();
}

static void every_shorter_stream_is_cut_short(void **state)
{
    size_t packed_size;
    sample_fill(20);
    for (int strategy = 0; strategy < ZLIB_PEER_STRATEGIES; strategy++) {
        uint8_t *packed = zlib_peer_deflate(sample, 600, 9, strategy, &packed_size);
        for (size_t size = 0; size < packed_size; size++)
            assert_int_equal(inflate_exactly(packed, size, 600), INFLATE_TRUNCATED);
        free(packed);
    }
}

static void what_follows_the_last_block_is_left_alone(void **state)
{
    static const uint8_t stored[] = {1, 2, 0, 0xfd, 0xff, 'o', 'k', 0xff, 0xff};
    assert_int_equal(inflate_exactly(stored, sizeof(stored), sizeof(output)), INFLATE_OK);
    assert_int_equal(extent.taken, 7);
    assert_int_equal(extent.made, 2);
    assert_memory_equal(output, "ok", 2);
}

static void no_byte_is_written_beyond_the_room(void **state)
{
    size_t packed_size;
    sample_fill(3);
    for (int level = 0; level <= 9; level += 9) {
        uint8_t *packed = zlib_peer_deflate(sample, 1000, level, ZLIB_PEER_DEFAULT, &packed_size);
        for (size_t capacity = 0; capacity < 1000; capacity++) {
            assert_int_equal(inflate_exactly(packed, packed_size, capacity), INFLATE_OUTPUT_FULL);
            assert_memory_equal(output, sample, capacity);
        }
        free(packed);
    }
}

// Every single bit of every kind of stream turned: the same verdict as zlib's, and the same bytes.
static void a_turned_bit_is_judged_as_zlib_judges_it(void **state)
{
    size_t packed_size, expected_size, taken, refused = 0, accepted = 0;
    static uint8_t expected[4096];
    sample_fill_with_copies();
    for (int strategy = 0; strategy < ZLIB_PEER_STRATEGIES; strategy++) {
        uint8_t *packed = zlib_peer_deflate(sample, 500, 9, strategy, &packed_size);
        for (size_t bit = 0; bit < packed_size * 8; bit++) {
            packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
            bool is_good = zlib_peer_inflate(packed, packed_size, expected, sizeof(expected), &taken, &expected_size);
            assert_int_equal(inflate_exactly(packed, packed_size, sizeof(expected)) == INFLATE_OK, is_good);
            if (is_good) {
                assert_int_equal(extent.taken, taken);
                assert_int_equal(extent.made, expected_size);
                assert_memory_equal(output, expected, expected_size);
            }
            is_good ? accepted++ : refused++;
            packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        free(packed);
    }
    assert_true(accepted > 100 && refused > 100);
}

// Bits as RFC 1951 packs them: '0' and '1' in the order they are read, anything else is for the reader's eyes. zlib has
// to take them, or not, as well.
static enum inflate_result inflate_bits(const char *text)
{
    static uint8_t expected[sizeof(output)];
    uint8_t bytes[128] = {0};
    size_t count = 0, taken, made;
    for (; *text != '\0'; text++) {
        if (*text == '1')
            bytes[count / 8] |= (uint8_t)(1 << count % 8);
        count += *text == '0' || *text == '1';
    }
    enum inflate_result result = inflate_exactly(bytes, (count + 7) / 8, sizeof(output));
    assert_int_equal(zlib_peer_inflate(bytes, (count + 7) / 8, expected, sizeof(expected), &taken, &made),
                     result == INFLATE_OK);
    return result;
}

static void a_block_of_the_reserved_kind_is_refused(void **state)
{
    assert_int_equal(inflate_bits("1 11 00000"), INFLATE_BAD_BLOCK);
}

static void stored_lengths_that_disagree_are_refused(void **state)
{
    static const uint8_t stored[] = {1, 2, 0, 0xfd, 0xfe, 'n', 'o'};
    assert_int_equal(inflate_exactly(stored, sizeof(stored), sizeof(output)), INFLATE_BAD_STORED);
}

static void a_copy_from_before_the_first_byte_is_refused(void **state)
{
    // The fixed code: 'a' is 0x30 + 97, length 3 is 0000001, distance 1 is 00000, distance 2 is 00001.
    assert_int_equal(inflate_bits("1 10  10010001  0000001 00000  0000000"), INFLATE_OK);
    assert_int_equal(extent.made, 4);
    assert_memory_equal(output, "aaaa", 4);
    assert_int_equal(inflate_bits("1 10  10010001  0000001 00001  0000000"), INFLATE_BAD_DISTANCE);
    assert_int_equal(inflate_bits("1 10  0000001 00000  0000000"), INFLATE_BAD_DISTANCE);
}

static void words_of_the_fixed_code_that_mean_nothing_are_refused(void **state)
{
    assert_int_equal(inflate_bits("1 10  11000110  0000000"), INFLATE_BAD_SYMBOL);
    assert_int_equal(inflate_bits("1 10  11000111  0000000"), INFLATE_BAD_SYMBOL);
    assert_int_equal(inflate_bits("1 10  10010001  0000001 11110 0000000"), INFLATE_BAD_SYMBOL);
    assert_int_equal(inflate_bits("1 10  10010001  0000001 11111 0000000"), INFLATE_BAD_SYMBOL);
}

// Header of a block with 257 literals, 1 distance, and lengths for the symbols 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2
// 14 1.
#define DYNAMIC "1 01  00000 00000 0111  "

static void code_lengths_that_make_no_code_are_refused(void **state)
{
    // Three words of one bit.
    assert_int_equal(inflate_bits(DYNAMIC "000 000 100 100 000 000 000 000 000 000 000 000 000 000 000 000 000 100 0"),
                     INFLATE_BAD_CODE);
    // Words left over: one of two bits.
    assert_int_equal(inflate_bits(DYNAMIC "000 000 010 100 000 000 000 000 000 000 000 000 000 000 000 000 000 000 0"),
                     INFLATE_BAD_CODE);
}

// The code that the lengths are written in: 0 is a length of one bit, 1 is symbol 18, so many zeros.
#define ONE_AND_ZEROS "0111  000 000 100 000 000 000 000 000 000 000 000 000 000 000 000 000 000 100  "
#define ZEROS_138     "1 1111111  "
#define ZEROS_118     "1 1101011  "
#define ZEROS_11      "1 0000000  "

static void a_block_without_its_end_is_refused(void **state)
{
    assert_int_equal(inflate_bits("1 01  00000 00000 " ONE_AND_ZEROS "0 0 " ZEROS_138 ZEROS_118), INFLATE_BAD_CODE);
    assert_int_equal(inflate_bits("1 01  00000 00000 " ONE_AND_ZEROS ZEROS_138 ZEROS_118 "0 0  0"), INFLATE_OK);
    assert_int_equal(extent.made, 0);
}

static void a_block_may_have_no_distances_as_long_as_it_uses_none(void **state)
{
    assert_int_equal(inflate_bits("1 01  00000 01010 " ONE_AND_ZEROS ZEROS_138 ZEROS_118 "0 " ZEROS_11 " 0"),
                     INFLATE_OK);
    assert_int_equal(extent.made, 0);
    // Besides the end a length of 3: words of one bit each, and the copy has no distance.
    assert_int_equal(inflate_bits("1 01  10000 01010 " ONE_AND_ZEROS ZEROS_138 ZEROS_118 "0 0 " ZEROS_11
                                  " 1 0000000000000000"),
                     INFLATE_BAD_SYMBOL);
}

static void more_lengths_than_symbols_are_refused(void **state)
{
    // Ten distances, eleven lengths.
    assert_int_equal(inflate_bits("1 01  00000 10010 " ONE_AND_ZEROS ZEROS_138 ZEROS_118 "0 " ZEROS_11 " 0"),
                     INFLATE_BAD_CODE);
    // 288 literals, and 31 distances.
    assert_int_equal(inflate_bits("1 01  11111 00000 0000 000 000 000 000 00000000"), INFLATE_BAD_CODE);
    assert_int_equal(inflate_bits("1 01  00000 01111 0000 000 000 000 000 00000000"), INFLATE_BAD_CODE);
}

static void a_repetition_of_nothing_is_refused(void **state)
{
    assert_int_equal(inflate_bits(DYNAMIC
                                  "100 000 000 100 000 000 000 000 000 000 000 000 000 000 000 000 000 000  1 00"),
                     INFLATE_BAD_CODE);
}

static void every_result_has_a_text_and_strangers_too(void **state)
{
    for (int result = 0; result < INFLATE_RESULT_COUNT; result++)
        assert_non_null(inflate_result_text((enum inflate_result)result));
    assert_string_equal(inflate_result_text(INFLATE_RESULT_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_zlib_compresses_comes_back),
        cmocka_unit_test(copies_of_every_length_and_distance_come_back),
        cmocka_unit_test(every_shorter_stream_is_cut_short),
        cmocka_unit_test(what_follows_the_last_block_is_left_alone),
        cmocka_unit_test(no_byte_is_written_beyond_the_room),
        cmocka_unit_test(a_turned_bit_is_judged_as_zlib_judges_it),
        cmocka_unit_test(a_block_of_the_reserved_kind_is_refused),
        cmocka_unit_test(stored_lengths_that_disagree_are_refused),
        cmocka_unit_test(a_copy_from_before_the_first_byte_is_refused),
        cmocka_unit_test(words_of_the_fixed_code_that_mean_nothing_are_refused),
        cmocka_unit_test(code_lengths_that_make_no_code_are_refused),
        cmocka_unit_test(a_block_without_its_end_is_refused),
        cmocka_unit_test(a_block_may_have_no_distances_as_long_as_it_uses_none),
        cmocka_unit_test(more_lengths_than_symbols_are_refused),
        cmocka_unit_test(a_repetition_of_nothing_is_refused),
        cmocka_unit_test(every_result_has_a_text_and_strangers_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
