// Any bytes as a console font: refused, or every character's glyph lies inside them.
// sources: drivers/screen/psf.c

#include "drivers/screen/psf.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct psf_font font;

    if (psf_parse(bytes, length, &font) != RESULT_OK)
        return 0;
    for (uint32_t character = 0; character < 256; character++) {
        const uint8_t *glyph = psf_glyph(&font, (uint8_t)character);
        if (glyph < bytes || glyph + (size_t)font.height * font.row_bytes > bytes + length)
            abort();
    }
    return 0;
}
