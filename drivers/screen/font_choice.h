// Which font a screen is drawn in, and how often doubled. Pure.
#ifndef DRIVERS_SCREEN_FONT_CHOICE_H
#define DRIVERS_SCREEN_FONT_CHOICE_H

#include "kernel/lib/types.h"

enum { FONT_COUNT = 3 };

// drivers/screen/font.asm: the smallest first.
struct font_file {
    const uint8_t *bytes;
    size_t length;
};
extern const struct font_file font_files[FONT_COUNT];

struct font_size {
    uint32_t width; // pixels of a character
    uint32_t height;
};

struct font_choice {
    uint32_t font;      // index
    uint32_t doublings; // every pixel is drawn as a square of 2^doublings
};

// The largest characters that leave a screen of `width` x `height` pixels 100 columns and 30 rows; the smallest font
// where even that leaves less. `sizes`: the smallest first.
struct font_choice font_choose(const struct font_size sizes[FONT_COUNT], uint32_t width, uint32_t height);

#endif
