// Text on the linear framebuffer that the firmware leaves behind.

#include "drivers/screen/framebuffer_console.h"
#include "arch/mmio.h"
#include "drivers/screen/psf.h"
#include "drivers/screen/text_screen.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum { FRAMEBUFFER_PIXEL_BYTES = 4, FRAMEBUFFER_SIDE_LIMIT = 16384, FRAMEBUFFER_COLUMNS_LEAST = 40 };

struct colour {
    uint8_t red;
    uint8_t green;
    uint8_t blue;
};

extern const uint8_t font_bytes[]; // drivers/screen/font.asm
extern const uint32_t font_length;

static const struct colour paper = {0x12, 0x16, 0x1c};
static const struct colour ink = {0xe6, 0xdf, 0xcc};

static void framebuffer_console_write(struct output *self, const char *bytes, size_t length);

static struct {
    struct output output;
    struct framebuffer_mode mode;
    struct psf_font font;
    struct text_screen screen;
    volatile uint8_t *pixels;
    uint64_t pairs[4]; // two bits of a glyph as two pixels
    bool is_open;
} framebuffer = {.output.write = framebuffer_console_write};

static uint32_t framebuffer_pixel(struct colour colour, bool blue_first)
{
    uint32_t first = blue_first ? colour.blue : colour.red;
    uint32_t third = blue_first ? colour.red : colour.blue;
    return first | (uint32_t)colour.green << 8 | third << 16;
}

// Two pixels at a time: half the writes to memory that is not cached.
static void framebuffer_draw(uint32_t column, uint32_t row, uint8_t character)
{
    const struct psf_font *font = &framebuffer.font;
    const uint8_t *bits = psf_glyph(font, character);
    size_t pitch = (size_t)framebuffer.mode.pixels_per_line * FRAMEBUFFER_PIXEL_BYTES;
    volatile uint8_t *line = framebuffer.pixels + (size_t)row * font->height * pitch +
                             (size_t)column * font->width * FRAMEBUFFER_PIXEL_BYTES;
    for (uint32_t y = 0; y < font->height; y++, line += pitch) {
        volatile uint8_t *pixels = line;
        for (uint32_t i = 0; i < font->row_bytes; i++, bits++, pixels += 8 * FRAMEBUFFER_PIXEL_BYTES) {
            mmio_write64(pixels, framebuffer.pairs[*bits >> 6]);
            mmio_write64(pixels + 8, framebuffer.pairs[*bits >> 4 & 3]);
            mmio_write64(pixels + 16, framebuffer.pairs[*bits >> 2 & 3]);
            mmio_write64(pixels + 24, framebuffer.pairs[*bits & 3]);
        }
    }
}

static void framebuffer_clear(void)
{
    uint64_t paper_pair = framebuffer.pairs[0];
    volatile uint8_t *pixels = framebuffer.pixels;
    uint64_t pairs = (uint64_t)framebuffer.mode.pixels_per_line * framebuffer.mode.height / 2;
    for (; pairs >= 4; pairs -= 4, pixels += 32) {
        mmio_write64(pixels, paper_pair);
        mmio_write64(pixels + 8, paper_pair);
        mmio_write64(pixels + 16, paper_pair);
        mmio_write64(pixels + 24, paper_pair);
    }
    for (; pairs; pairs--, pixels += 8)
        mmio_write64(pixels, paper_pair);
}

// The left pixel of a pair is the higher of two bits in the font and the lower half in memory.
static void framebuffer_mix(bool blue_first)
{
    uint64_t shades[2] = {framebuffer_pixel(paper, blue_first), framebuffer_pixel(ink, blue_first)};
    for (uint32_t bits = 0; bits < ARRAY_COUNT(framebuffer.pairs); bits++)
        framebuffer.pairs[bits] = shades[bits >> 1] | shades[bits & 1] << 32;
}

static void framebuffer_console_write(struct output *self, const char *bytes, size_t length)
{
    if (!framebuffer.is_open)
        return;
    text_screen_write(&framebuffer.screen, bytes, length);
    text_screen_update(&framebuffer.screen, framebuffer_draw);
}

// Two pixels are one write, so the line length must be an even number of pixels.
static bool framebuffer_mode_fits(const struct framebuffer_mode *mode, const struct psf_font *font)
{
    return mode->base.address && mode->base.address % 8 == 0 && mode->pixels_per_line % 2 == 0 &&
           mode->width <= mode->pixels_per_line && mode->pixels_per_line <= FRAMEBUFFER_SIDE_LIMIT &&
           mode->height <= FRAMEBUFFER_SIDE_LIMIT && mode->width >= FRAMEBUFFER_COLUMNS_LEAST * font->width &&
           mode->height >= font->height &&
           (uint64_t)mode->pixels_per_line * mode->height * FRAMEBUFFER_PIXEL_BYTES <= mode->size;
}

static enum result framebuffer_check(const struct framebuffer_mode *mode)
{
    enum result result = psf_parse(font_bytes, font_length, &framebuffer.font);
    if (result == RESULT_OK && framebuffer.font.width % 8)
        result = RESULT_UNSUPPORTED;
    if (result != RESULT_OK) {
        log_error("framebuffer: the font is %s", result_name(result));
        return result;
    }
    if (!framebuffer_mode_fits(mode, &framebuffer.font)) {
        log_error("framebuffer: %ux%u, %u pixels a line, does not fit 0x%llx bytes at 0x%llx or holds no text",
                  mode->width, mode->height, mode->pixels_per_line, (unsigned long long)mode->size,
                  (unsigned long long)mode->base.address);
        return RESULT_INVALID;
    }
    return RESULT_OK;
}

enum result framebuffer_console_open(const struct framebuffer_mode *mode)
{
    enum result result = framebuffer_check(mode);
    if (result != RESULT_OK)
        return result;
    uint32_t columns = mode->width / framebuffer.font.width;
    uint32_t rows = mode->height / framebuffer.font.height;
    uint8_t *cells = heap_allocate((size_t)2 * columns * rows);
    if (!cells)
        return RESULT_NO_MEMORY;

    volatile void *pixels = NULL;
    result = mmio_map(mode->base, mode->size, &pixels);
    if (result != RESULT_OK) {
        heap_free(cells);
        return result;
    }
    framebuffer.mode = *mode;
    framebuffer.pixels = pixels;
    framebuffer_mix(mode->blue_first);
    text_screen_start(&framebuffer.screen, columns, rows, cells);
    framebuffer_clear();
    framebuffer.is_open = true;
    return RESULT_OK;
}

struct output *framebuffer_console_output(void)
{
    return &framebuffer.output;
}
