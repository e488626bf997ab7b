// Which font a screen is drawn in, and how often doubled.

#include "drivers/screen/font_choice.h"

// A line of the longest listings, and a boot's map with the verdict below it.
enum { COLUMNS_WANTED = 100, ROWS_WANTED = 30, DOUBLINGS_LIMIT = 2 };

struct font_choice font_choose(const struct font_size sizes[FONT_COUNT], uint32_t width, uint32_t height)
{
    struct font_choice best = {0};
    uint32_t best_height = 0;

    for (uint32_t font = 0; font < FONT_COUNT; font++)
        for (uint32_t doublings = 0; doublings <= DOUBLINGS_LIMIT; doublings++) {
            uint32_t character_width = sizes[font].width << doublings,
                     character_height = sizes[font].height << doublings;
            bool fits = width / character_width >= COLUMNS_WANTED && height / character_height >= ROWS_WANTED;
            if (fits && character_height >= best_height) {
                best = (struct font_choice){font, doublings};
                best_height = character_height;
            }
        }
    return best;
}
