// The container the kernel comes in: a good one expands, each damaged one is refused by name.
// sources: boot/gzip.c boot/inflate.c boot/inflate_code.c boot/inflate_stream.c tests/fakes/zlib_peer.c

#include "boot/gzip.h"
#include "kernel/lib/crc32.h"
#include "tests/fakes/zlib_peer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char plain[] = "the kernel, the kernel, and nothing but the kernel";
static uint8_t *packed;
static size_t packed_size;
static struct gzip gzip;

static int make_sample(void **state)
{
    packed = zlib_peer_gzip((const uint8_t *)plain, sizeof(plain), &packed_size);
    return 0;
}

static int free_sample(void **state)
{
    free(packed);
    return 0;
}

static enum gzip_result open_and_expand(void)
{
    static uint8_t output[4096];
    enum gzip_result result = gzip_open(packed, packed_size, &gzip);
    if (result == GZIP_OK && gzip.size <= sizeof(output))
        result = gzip_expand(&gzip, output);
    if (result == GZIP_OK)
        assert_memory_equal(output, plain, sizeof(plain));
    return result;
}

static void the_checksum_is_the_one_of_ethernet_and_gzip(void **state)
{
    assert_int_equal(crc32_of((const uint8_t *)"123456789", 9), 0xcbf43926);
    assert_int_equal(crc32_of(NULL, 0), 0);
}

static void a_good_file_expands_to_what_was_compressed(void **state)
{
    assert_int_equal(open_and_expand(), GZIP_OK);
    assert_int_equal(gzip.size, sizeof(plain));
    assert_int_equal(gzip.crc, crc32_of((const uint8_t *)plain, sizeof(plain)));
}

static void a_file_shorter_than_header_and_trailer_is_refused(void **state)
{
    for (size_t size = 0; size < 18; size++)
        assert_int_equal(gzip_open(packed, size, &gzip), GZIP_TRUNCATED);
    assert_int_not_equal(gzip_open(packed, 18, &gzip), GZIP_TRUNCATED);
}

static void other_files_and_optional_fields_are_refused(void **state)
{
    for (size_t i = 0; i < 4; i++) {
        packed[i] ^= 8;
        assert_int_equal(open_and_expand(), GZIP_BAD_HEADER);
        packed[i] ^= 8;
    }
}

static void a_size_of_nothing_or_of_more_than_can_be_is_refused(void **state)
{
    static const uint32_t sizes[] = {0, 1032 * 64, UINT32_MAX};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        memcpy(packed + packed_size - 4, &sizes[i], 4);
        assert_int_equal(open_and_expand(), GZIP_BAD_SIZE);
    }
}

static void a_run_of_one_byte_is_not_taken_for_impossible(void **state)
{
    enum { RUN = 1 << 20 };
    uint8_t *run = calloc(1, RUN), *output = malloc(RUN);
    size_t size;
    uint8_t *best = zlib_peer_gzip(run, RUN, &size);
    assert_int_equal(gzip_open(best, size, &gzip), GZIP_OK);
    assert_int_equal(gzip_expand(&gzip, output), GZIP_OK);
    assert_memory_equal(run, output, RUN);
    free(best);
    free(output);
    free(run);
}

static void another_size_than_the_trailers_is_refused(void **state)
{
    packed[packed_size - 4]++;
    assert_int_equal(open_and_expand(), GZIP_BAD_LENGTH);
    packed[packed_size - 4] -= 2;
    assert_int_equal(open_and_expand(), GZIP_BAD_DATA);
    assert_string_equal(gzip.fault, "longer than it says");
}

static void bytes_between_data_and_trailer_are_refused(void **state)
{
    uint8_t *longer = malloc(packed_size + 1);
    memcpy(longer, packed, packed_size - 8);
    memcpy(longer + packed_size - 7, packed + packed_size - 8, 8);
    longer[packed_size - 8] = 0;
    free(packed);
    packed = longer;
    packed_size++;
    assert_int_equal(open_and_expand(), GZIP_BAD_LENGTH);
}

static void a_wrong_checksum_is_refused_and_both_are_told(void **state)
{
    packed[packed_size - 8] ^= 1;
    assert_int_equal(open_and_expand(), GZIP_BAD_CRC);
    assert_int_equal(gzip.crc_found ^ gzip.crc, 1);
}

static void no_turned_bit_gets_past_all_checks(void **state)
{
    // Bytes 4 to 9 are time, hints and system: nothing depends on them.
    for (size_t bit = 10 * 8; bit < packed_size * 8; bit++) {
        packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enum gzip_result result = gzip_open(packed, packed_size, &gzip);
        uint8_t *output = malloc(result == GZIP_OK ? gzip.size : 1);
        if (result == GZIP_OK)
            result = gzip_expand(&gzip, output);
        // Bits that pad the last byte of the data are free.
        assert_true(result != GZIP_OK || memcmp(output, plain, sizeof(plain)) == 0);
        free(output);
        packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void every_result_has_a_text_and_strangers_too(void **state)
{
    for (int result = 0; result < GZIP_RESULT_COUNT; result++)
        assert_non_null(gzip_result_text((enum gzip_result)result));
    assert_string_equal(gzip_result_text(GZIP_RESULT_COUNT), "unknown");
}

#define ON_SAMPLE(name) cmocka_unit_test_setup_teardown(name, make_sample, free_sample)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checksum_is_the_one_of_ethernet_and_gzip),
        ON_SAMPLE(a_good_file_expands_to_what_was_compressed),
        ON_SAMPLE(a_file_shorter_than_header_and_trailer_is_refused),
        ON_SAMPLE(other_files_and_optional_fields_are_refused),
        ON_SAMPLE(a_size_of_nothing_or_of_more_than_can_be_is_refused),
        cmocka_unit_test(a_run_of_one_byte_is_not_taken_for_impossible),
        ON_SAMPLE(another_size_than_the_trailers_is_refused),
        ON_SAMPLE(bytes_between_data_and_trailer_are_refused),
        ON_SAMPLE(a_wrong_checksum_is_refused_and_both_are_told),
        ON_SAMPLE(no_turned_bit_gets_past_all_checks),
        cmocka_unit_test(every_result_has_a_text_and_strangers_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
