// Text on the linear framebuffer that the firmware leaves behind.

#include "drivers/screen/framebuffer_console.h"
#include "arch/mmio.h"
#include "drivers/screen/font_choice.h"
#include "drivers/screen/psf.h"
#include "drivers/screen/text_screen.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum {
    FRAMEBUFFER_PIXEL_BYTES = 4,
    FRAMEBUFFER_SIDE_LIMIT = 16384,
    FRAMEBUFFER_COLUMNS_LEAST = 40,
    FRAMEBUFFER_FONT_WIDTH = 16, // so that a row of a character, doubled twice, is one word
    FRAMEBUFFER_DEPTH = 2000,    // rows of text kept, with those on the screen
};

struct colour {
    uint8_t red;
    uint8_t green;
    uint8_t blue;
};

// Two pixels, written together: half the writes. A line of an odd number of pixels leaves them at a multiple of 4.
typedef uint64_t __attribute__((aligned(4), may_alias)) framebuffer_pair;

static const struct colour paper = {0x12, 0x16, 0x1c};
static const struct colour inks[TEXT_INK_COUNT] = {
    [TEXT_INK_PLAIN] = {0xe6, 0xdf, 0xcc},   [TEXT_INK_GOOD] = {0x7f, 0xd0, 0x6a},
    [TEXT_INK_WARNING] = {0xf0, 0xb8, 0x40}, [TEXT_INK_BAD] = {0xff, 0x6b, 0x60},
    [TEXT_INK_DIM] = {0x8c, 0x90, 0x96},
};

static void framebuffer_console_write(struct output *self, const char *bytes, size_t length);

static struct {
    struct output output;
    struct framebuffer_mode mode;
    struct psf_font font;
    uint32_t doublings;
    struct text_screen screen;
    volatile uint8_t *pixels;
    bool is_open;
} framebuffer = {.output.write = framebuffer_console_write};

static uint64_t framebuffer_pixel(struct colour colour)
{
    uint64_t first = framebuffer.mode.blue_first ? colour.blue : colour.red;
    uint64_t third = framebuffer.mode.blue_first ? colour.red : colour.blue;
    return first | (uint64_t)colour.green << 8 | third << 16;
}

// Two bits of a glyph as two pixels. The left pixel is the higher bit, and the lower half in memory.
static void framebuffer_mix(uint8_t look, uint64_t pairs[4])
{
    bool is_inverse = look & TEXT_INVERSE;
    uint64_t ink = framebuffer_pixel(inks[look & TEXT_INK_MASK]), ground = framebuffer_pixel(paper);
    uint64_t shades[2] = {is_inverse ? ink : ground, is_inverse ? ground : ink};

    for (uint32_t bits = 0; bits < 4; bits++)
        pairs[bits] = shades[bits >> 1] | shades[bits & 1] << 32;
}

static void framebuffer_put(volatile uint8_t *pixels, uint64_t pair)
{
    *(volatile framebuffer_pair *)pixels = pair;
}

// The leftmost pixel in the highest bit.
static uint64_t glyph_row(const struct psf_font *font, const uint8_t *glyph, uint32_t y)
{
    uint64_t bits = 0;

    for (uint32_t i = 0; i < font->row_bytes; i++)
        bits |= (uint64_t)glyph[y * font->row_bytes + i] << (56 - 8 * i);
    return bits;
}

// Each of the upper 32 bits twice.
static uint64_t doubled(uint64_t bits)
{
    bits >>= 32;
    bits = (bits | bits << 16) & UINT64_C(0x0000ffff0000ffff);
    bits = (bits | bits << 8) & UINT64_C(0x00ff00ff00ff00ff);
    bits = (bits | bits << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    bits = (bits | bits << 2) & UINT64_C(0x3333333333333333);
    bits = (bits | bits << 1) & UINT64_C(0x5555555555555555);
    return bits | bits << 1;
}

// A quarter of a big character is a quarter of the glyph, doubled once more: every cell is as large as the others.
static void framebuffer_draw(uint32_t column, uint32_t row, struct text_cell cell)
{
    const struct psf_font *font = &framebuffer.font;
    const uint8_t *glyph = psf_glyph(font, cell.character);
    uint32_t width = font->width << framebuffer.doublings, height = font->height << framebuffer.doublings;
    uint32_t doublings = framebuffer.doublings + (cell.look & TEXT_BIG ? 1 : 0);
    uint32_t left = cell.look & TEXT_RIGHT ? font->width / 2 : 0, top = cell.look & TEXT_LOWER ? font->height / 2 : 0;
    size_t pitch = (size_t)framebuffer.mode.pixels_per_line * FRAMEBUFFER_PIXEL_BYTES;
    volatile uint8_t *line =
        framebuffer.pixels + (size_t)row * height * pitch + (size_t)column * width * FRAMEBUFFER_PIXEL_BYTES;
    uint64_t pairs[4];

    framebuffer_mix(cell.look, pairs);
    for (uint32_t y = 0; y < height; y++, line += pitch) {
        uint64_t bits = glyph_row(font, glyph, top + (y >> doublings)) << left;
        for (uint32_t i = 0; i < doublings; i++)
            bits = doubled(bits);
        for (uint32_t x = 0; x < width; x += 2, bits <<= 2)
            framebuffer_put(line + x * FRAMEBUFFER_PIXEL_BYTES, pairs[bits >> 62]);
    }
}

static void framebuffer_clear(void)
{
    uint64_t ground = framebuffer_pixel(paper) | framebuffer_pixel(paper) << 32;
    volatile uint8_t *pixels = framebuffer.pixels;
    uint64_t left = (uint64_t)framebuffer.mode.pixels_per_line * framebuffer.mode.height;

    for (; left >= 8; left -= 8, pixels += 32) {
        framebuffer_put(pixels, ground);
        framebuffer_put(pixels + 8, ground);
        framebuffer_put(pixels + 16, ground);
        framebuffer_put(pixels + 24, ground);
    }
    for (; left; left--, pixels += FRAMEBUFFER_PIXEL_BYTES)
        mmio_write32(pixels, (uint32_t)ground);
}

static void framebuffer_console_write(struct output *self, const char *bytes, size_t length)
{
    if (!framebuffer.is_open)
        return;
    text_screen_write(&framebuffer.screen, bytes, length);
    text_screen_update(&framebuffer.screen, framebuffer_draw);
    mmio_write_fence();
}

static bool framebuffer_mode_fits(const struct framebuffer_mode *mode, uint32_t width, uint32_t height)
{
    return mode->base.address && mode->base.address % FRAMEBUFFER_PIXEL_BYTES == 0 &&
           mode->width <= mode->pixels_per_line && mode->pixels_per_line <= FRAMEBUFFER_SIDE_LIMIT &&
           mode->height <= FRAMEBUFFER_SIDE_LIMIT && mode->width >= FRAMEBUFFER_COLUMNS_LEAST * width &&
           mode->height >= height &&
           (uint64_t)mode->pixels_per_line * mode->height * FRAMEBUFFER_PIXEL_BYTES <= mode->size;
}

// Two pixels are one write, so a character is an even number of them wide; halves of big ones, too.
static enum result framebuffer_font(const struct framebuffer_mode *mode)
{
    struct psf_font fonts[FONT_COUNT];
    struct font_size sizes[FONT_COUNT];

    for (uint32_t i = 0; i < FONT_COUNT; i++) {
        enum result result = psf_parse(font_files[i].bytes, font_files[i].length, &fonts[i]);
        if (result == RESULT_OK &&
            (fonts[i].width % 4 || fonts[i].height % 2 || fonts[i].width > FRAMEBUFFER_FONT_WIDTH))
            result = RESULT_UNSUPPORTED;
        if (result != RESULT_OK) {
            log_error("screen: font %u is %s", i, result_name(result));
            return result;
        }
        sizes[i] = (struct font_size){fonts[i].width, fonts[i].height};
    }
    struct font_choice choice = font_choose(sizes, mode->width, mode->height);
    framebuffer.font = fonts[choice.font];
    framebuffer.doublings = choice.doublings;
    return RESULT_OK;
}

// As deep as the heap allows: without memory for what is scrolled off, the screen alone.
static struct text_cell *framebuffer_cells(uint32_t columns, uint32_t rows, uint32_t *depth)
{
    *depth = rows > FRAMEBUFFER_DEPTH ? rows : FRAMEBUFFER_DEPTH;
    struct text_cell *cells = heap_allocate((size_t)columns * (*depth + rows) * sizeof(*cells));
    if (cells)
        return cells;
    *depth = rows;
    return heap_allocate((size_t)columns * 2 * rows * sizeof(*cells));
}

enum result framebuffer_console_open(const struct framebuffer_mode *mode)
{
    enum result result = framebuffer_font(mode);
    if (result != RESULT_OK)
        return result;
    uint32_t width = framebuffer.font.width << framebuffer.doublings;
    uint32_t height = framebuffer.font.height << framebuffer.doublings;
    if (!framebuffer_mode_fits(mode, width, height)) {
        log_error("screen: %ux%u, %u pixels a line, does not fit 0x%llx bytes at 0x%llx or holds no text", mode->width,
                  mode->height, mode->pixels_per_line, (unsigned long long)mode->size,
                  (unsigned long long)mode->base.address);
        return RESULT_INVALID;
    }
    uint32_t columns = mode->width / width, rows = mode->height / height, depth;
    struct text_cell *cells = framebuffer_cells(columns, rows, &depth);
    if (!cells)
        return RESULT_NO_MEMORY;

    volatile void *pixels = NULL;
    result = mmio_map_write_combining(mode->base, mode->size, &pixels);
    if (result != RESULT_OK) {
        heap_free(cells);
        return result;
    }
    framebuffer.mode = *mode;
    framebuffer.pixels = pixels;
    text_screen_start(&framebuffer.screen, columns, rows, depth, cells);
    framebuffer_clear();
    framebuffer.is_open = true;
    log_info("screen: %ux%u, %u columns and %u rows of %ux%u pixels", mode->width, mode->height, columns, rows, width,
             height);
    return RESULT_OK;
}

struct output *framebuffer_console_output(void)
{
    return &framebuffer.output;
}

uint32_t framebuffer_console_columns(void)
{
    return framebuffer.screen.columns;
}

uint32_t framebuffer_console_rows(void)
{
    return framebuffer.screen.rows;
}
