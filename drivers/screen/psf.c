// Console fonts in the PC Screen Font formats, versions 1 and 2.

#include "drivers/screen/psf.h"
#include "kernel/lib/little_endian.h"

enum {
    PSF1_HEADER = 4, // magic 36 04, mode, bytes per glyph
    PSF1_MODE_512 = 0x01,
    PSF1_MODE_TABLE = 0x06,
    PSF1_WIDTH = 8,
    PSF1_SEQUENCE = 0xfffe,
    PSF1_END = 0xffff,
    PSF2_HEADER = 32, // magic, version, header size, flags, glyphs, bytes per glyph, height, width
    PSF2_FLAG_TABLE = 0x01,
    PSF2_SEQUENCE = 0xfe,
    PSF2_END = 0xff,
    PSF_SIZE_LIMIT = 64, // pixels in either direction
    PSF_GLYPH_LIMIT = 65536,
};

#define PSF2_MAGIC UINT32_C(0x864ab572)

// A font's bytes behind its glyphs, and how the table's entries are told apart.
struct psf_table {
    const uint8_t *bytes;
    size_t length;
    bool is_utf8;
};

// The next mark or character of the table. Bytes of longer UTF-8 characters come out one by one: none of them is ASCII.
static uint16_t psf_table_next(const struct psf_table *table, size_t *offset)
{
    if (table->is_utf8)
        return table->bytes[(*offset)++];
    uint16_t unit = (uint16_t)little_endian_read(table->bytes + *offset, 2);
    *offset += 2;
    return unit;
}

// One run of characters per glyph, each ended by a mark. Behind the mark for sequences stand combined characters, which
// say nothing about a character alone.
static void psf_read_table(struct psf_font *font, const struct psf_table *table)
{
    uint16_t sequence_mark = table->is_utf8 ? PSF2_SEQUENCE : PSF1_SEQUENCE;
    uint16_t end_mark = table->is_utf8 ? PSF2_END : PSF1_END;
    size_t unit_size = table->is_utf8 ? 1 : 2;
    uint32_t glyph = 0;
    bool in_sequence = false;
    for (size_t offset = 0; glyph < font->glyph_count && offset + unit_size <= table->length;) {
        uint16_t unit = psf_table_next(table, &offset);
        if (unit == end_mark) {
            glyph++;
            in_sequence = false;
        } else if (unit == sequence_mark) {
            in_sequence = true;
        } else if (!in_sequence && unit < PSF_ASCII_COUNT) {
            font->ascii[unit] = (uint16_t)glyph;
        }
    }
}

// Glyphs in ASCII order, as fonts without a table have them.
static void psf_number_plainly(struct psf_font *font)
{
    for (uint32_t i = 0; i < PSF_ASCII_COUNT; i++)
        font->ascii[i] = (uint16_t)(i < font->glyph_count ? i : 0);
}

static bool psf_is_drawable(const struct psf_font *font)
{
    return font->width && font->width <= PSF_SIZE_LIMIT && font->height && font->height <= PSF_SIZE_LIMIT &&
           font->glyph_count && font->glyph_count <= PSF_GLYPH_LIMIT;
}

static enum result psf_parse_rest(const uint8_t *bytes, size_t length, size_t header, bool has_table, bool is_utf8,
                                  struct psf_font *font)
{
    if (!psf_is_drawable(font))
        return RESULT_INVALID;
    font->row_bytes = (font->width + 7) / 8;
    size_t glyph_bytes = (size_t)font->glyph_count * font->height * font->row_bytes;
    if (header > length || glyph_bytes > length - header)
        return RESULT_TRUNCATED;
    font->glyphs = bytes + header;
    psf_number_plainly(font);
    if (has_table) {
        struct psf_table table = {font->glyphs + glyph_bytes, length - header - glyph_bytes, is_utf8};
        psf_read_table(font, &table);
    }
    return RESULT_OK;
}

static enum result psf_parse_1(const uint8_t *bytes, size_t length, struct psf_font *font)
{
    uint8_t mode = bytes[2];
    font->width = PSF1_WIDTH;
    font->height = bytes[3];
    font->glyph_count = mode & PSF1_MODE_512 ? 512 : 256;
    return psf_parse_rest(bytes, length, PSF1_HEADER, (mode & PSF1_MODE_TABLE) != 0, false, font);
}

static enum result psf_parse_2(const uint8_t *bytes, size_t length, struct psf_font *font)
{
    uint32_t header = little_endian_read32(bytes + 8);
    uint32_t flags = little_endian_read32(bytes + 12);
    font->glyph_count = little_endian_read32(bytes + 16);
    font->height = little_endian_read32(bytes + 24);
    font->width = little_endian_read32(bytes + 28);
    if (header < PSF2_HEADER || !psf_is_drawable(font) ||
        little_endian_read32(bytes + 20) != font->height * ((font->width + 7) / 8))
        return RESULT_INVALID;
    return psf_parse_rest(bytes, length, header, (flags & PSF2_FLAG_TABLE) != 0, true, font);
}

enum result psf_parse(const uint8_t *bytes, size_t length, struct psf_font *font)
{
    if (length < PSF1_HEADER)
        return RESULT_TRUNCATED;
    if (bytes[0] == 0x36 && bytes[1] == 0x04)
        return psf_parse_1(bytes, length, font);
    if (little_endian_read32(bytes) != PSF2_MAGIC)
        return RESULT_INVALID;
    return length < PSF2_HEADER ? RESULT_TRUNCATED : psf_parse_2(bytes, length, font);
}

const uint8_t *psf_glyph(const struct psf_font *font, uint8_t character)
{
    uint16_t glyph = font->ascii[character < PSF_ASCII_COUNT ? character : '?'];
    return font->glyphs + (size_t)glyph * font->height * font->row_bytes;
}
