// Console fonts: both versions, with and without a table, whole and damaged.
// sources: drivers/screen/psf.c

#include "drivers/screen/psf.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FONT_SIZE = 8192 };

static uint8_t bytes[FONT_SIZE];
static size_t length;
static struct psf_font font;

static void add(uint8_t byte)
{
    bytes[length++] = byte;
}

static void add32(uint32_t value)
{
    for (uint32_t i = 0; i < 4; i++)
        add((uint8_t)(value >> 8 * i));
}

// Every byte of glyph g is g.
static void add_glyphs(uint32_t count, uint32_t size)
{
    for (uint32_t i = 0; i < count * size; i++)
        add((uint8_t)(i / size));
}

static void start_1(uint8_t mode)
{
    length = 0;
    add(0x36), add(0x04), add(mode), add(16);
    add_glyphs(mode & 1 ? 512 : 256, 16);
    length = mode & 1 ? 4 + 512 * 16 : 4 + 256 * 16;
}

static void start_2(uint32_t flags, uint32_t glyphs, uint32_t glyph_size, uint32_t height, uint32_t width)
{
    length = 0;
    add32(0x864ab572), add32(0), add32(32), add32(flags), add32(glyphs), add32(glyph_size), add32(height), add32(width);
    add_glyphs(glyphs, glyph_size);
}

// Parses an exact copy, so that the sanitizer sees a read beyond it.
static enum result parse(void)
{
    uint8_t *copy = malloc(length);
    memcpy(copy, bytes, length);
    enum result result = psf_parse(copy, length, &font);
    if (result == RESULT_OK)
        font.glyphs = bytes + (font.glyphs - copy);
    free(copy);
    return result;
}

static void version_1_without_a_table_is_in_ascii_order(void **state)
{
    start_1(0);
    assert_int_equal(parse(), RESULT_OK);
    assert_int_equal(font.width, 8);
    assert_int_equal(font.height, 16);
    assert_int_equal(psf_glyph(&font, 'A')[15], 'A');
    assert_int_equal(psf_glyph(&font, 0xe9)[0], '?');
}

static void version_1_with_a_table_finds_ascii_by_it(void **state)
{
    start_1(2);
    add(0xa4), add(0x00), add(0xff), add(0xff);                                     // glyph 0: currency sign
    add('A'), add(0), add(0x91), add(0x03), add(0xff), add(0xff);                   // glyph 1: A and Alpha
    add('B'), add(0), add(0xfe), add(0xff), add('C'), add(0), add(0xff), add(0xff); // glyph 2: B; C only combined
    assert_int_equal(parse(), RESULT_OK);
    assert_int_equal(psf_glyph(&font, 'A')[0], 1);
    assert_int_equal(psf_glyph(&font, 'B')[0], 2);
    assert_int_equal(psf_glyph(&font, 'C')[0], 'C');
}

static void version_2_with_a_utf8_table_finds_ascii_by_it(void **state)
{
    start_2(1, 3, 32, 16, 12);
    add(0xc2), add(0xa4), add(0xff);
    add('?'), add('A'), add(0xce), add(0x91), add(0xff);
    add('B'), add(0xfe), add('C'), add(0xcc), add(0x81), add(0xff);
    assert_int_equal(parse(), RESULT_OK);
    assert_int_equal(font.row_bytes, 2);
    assert_int_equal(psf_glyph(&font, 'A')[31], 1);
    assert_int_equal(psf_glyph(&font, 'B')[0], 2);
    assert_int_equal(psf_glyph(&font, 'C')[0], 0);
}

static void a_font_cut_anywhere_is_refused_or_whole(void **state)
{
    start_2(1, 3, 16, 16, 8);
    for (size_t cut = length; cut-- > 0;) {
        length = cut;
        assert_int_equal(parse(), RESULT_TRUNCATED);
    }
}

static void sizes_nobody_can_draw_are_refused(void **state)
{
    start_2(0, 1, 0, 0, 8);
    assert_int_equal(parse(), RESULT_INVALID);
    start_2(0, 1, 16, 16, 9);
    assert_int_equal(parse(), RESULT_INVALID);
    start_2(0, 0, 16, 16, 8);
    assert_int_equal(parse(), RESULT_INVALID);
    length = 0;
    add32(0x864ab572), add32(0), add32(32), add32(0), add32(0x10000001), add32(16), add32(16), add32(8);
    assert_int_equal(parse(), RESULT_INVALID);
    length = 0;
    add32(0x12345678), add32(0);
    assert_int_equal(parse(), RESULT_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_1_without_a_table_is_in_ascii_order),
        cmocka_unit_test(version_1_with_a_table_finds_ascii_by_it),
        cmocka_unit_test(version_2_with_a_utf8_table_finds_ascii_by_it),
        cmocka_unit_test(a_font_cut_anywhere_is_refused_or_whole),
        cmocka_unit_test(sizes_nobody_can_draw_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
