// Console fonts in the PC Screen Font formats, versions 1 and 2. Pure: bytes in, glyphs out; any bytes are allowed in.
#ifndef DRIVERS_SCREEN_PSF_H
#define DRIVERS_SCREEN_PSF_H

#include "kernel/lib/result.h"

enum { PSF_ASCII_COUNT = 128 };

struct psf_font {
    uint32_t width;  // pixels
    uint32_t height; // pixels
    uint32_t row_bytes;
    uint32_t glyph_count;
    const uint8_t *glyphs;
    uint16_t ascii[PSF_ASCII_COUNT]; // which glyph shows a character
};

// The font keeps pointing into `bytes`. Its Unicode table is read for ASCII only. RESULT_TRUNCATED, RESULT_INVALID (not
// a font, or a glyph size out of bounds).
MUST_USE enum result psf_parse(const uint8_t *bytes, size_t length, struct psf_font *font);

// height * row_bytes bytes, the leftmost pixel in the highest bit. What is not ASCII is shown as '?'.
const uint8_t *psf_glyph(const struct psf_font *font, uint8_t character);

#endif
