// The framebuffer's text, pixel by pixel: fonts of every size, doubled, big, at odd strides.
// sources: drivers/screen/psf.c drivers/screen/text_screen.c drivers/screen/text_ink.c drivers/screen/font_choice.c
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "drivers/screen/framebuffer_console.c"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PSF2 = 32, GLYPHS = 128, PAPER = 0x1c1612, INK = 0xccdfe6, GUARD = 0x5a5a5a5a };

// Fonts of 8x16, 12x24 and 16x32: 'A' is its left upper quarter, any other character is empty.
static uint8_t small[PSF2 + GLYPHS * 16], middle[PSF2 + GLYPHS * 48], large[PSF2 + GLYPHS * 64];
const struct font_file font_files[FONT_COUNT] = {{small, sizeof(small)},
                                                 {middle, sizeof(middle)},
                                                 {large, sizeof(large)}};

static uint32_t *memory;
static struct framebuffer_mode mode;

enum result mmio_map_write_combining(struct physical base, uint64_t size, volatile void **pointer)
{
    *pointer = memory;
    return RESULT_OK;
}

static void font_make(uint8_t *bytes, uint32_t width, uint32_t height)
{
    uint32_t row_bytes = (width + 7) / 8;
    const uint32_t header[8] = {0x864ab572, 0, PSF2, 0, GLYPHS, row_bytes * height, height, width};

    memcpy(bytes, header, sizeof(header));
    for (uint32_t y = 0; y < height / 2; y++) {
        uint8_t *row = bytes + PSF2 + ('A' * height + y) * row_bytes;
        uint32_t bits = 0xffff << (16 - width / 2) & 0xffff;
        row[0] = (uint8_t)(bits >> 8);
        if (row_bytes > 1)
            row[1] = (uint8_t)bits;
    }
}

static int set_up(void **state)
{
    font_make(small, 8, 16);
    font_make(middle, 12, 24);
    font_make(large, 16, 32);
    return 0;
}

static int tear_down(void **state)
{
    free(memory);
    memory = NULL;
    heap_free(framebuffer.screen.lines);
    memset(&framebuffer, 0, sizeof(framebuffer));
    framebuffer.output.write = framebuffer_console_write;
    return 0;
}

// The memory behind the last line is a guard that nothing may write.
static void open_mode(uint32_t width, uint32_t height, uint32_t stride)
{
    size_t pixels = (size_t)stride * height;
    memory = malloc((pixels + 1) * 4);
    memory[pixels] = GUARD;
    mode = (struct framebuffer_mode){{0xc0000000}, pixels * 4, width, height, stride, .blue_first = false};
    assert_int_equal(framebuffer_console_open(&mode), RESULT_OK);
}

static void put(const char *text)
{
    framebuffer.output.write(&framebuffer.output, text, strlen(text));
    assert_int_equal(memory[(size_t)mode.pixels_per_line * mode.height], GUARD);
}

static uint32_t pixel(uint32_t x, uint32_t y)
{
    return memory[(size_t)y * mode.pixels_per_line + x];
}

// Is the rectangle ink, and what surrounds it up to `margin` pixels to the right and below paper?
static void expect_ink(uint32_t x, uint32_t y, uint32_t width, uint32_t height, uint32_t margin)
{
    for (uint32_t j = y; j < y + height + margin; j++)
        for (uint32_t i = x; i < x + width + margin; i++)
            assert_int_equal(pixel(i, j), i < x + width && j < y + height ? INK : PAPER);
}

static void a_character_is_drawn_in_each_font(void **state)
{
    open_mode(800, 600, 800);
    put(" A\n");
    expect_ink(8, 0, 4, 8, 4);
}

static void the_middle_font_has_rows_of_two_bytes(void **state)
{
    open_mode(1280, 800, 1280);
    put(" A\n");
    expect_ink(12, 0, 6, 12, 6);
}

static void a_large_screen_has_its_font_doubled(void **state)
{
    open_mode(2560, 1600, 2560);
    put(" A\n");
    expect_ink(24, 0, 12, 24, 12);
}

static void a_big_character_is_twice_as_large_and_whole(void **state)
{
    open_mode(800, 600, 800);
    put("\033#3 A\n\033#4 A\n");
    expect_ink(16, 0, 8, 16, 8);
}

static void a_big_character_on_a_doubled_font_is_four_times_as_large(void **state)
{
    open_mode(3840, 2160, 3840);
    put("\033#3 A\n\033#4 A\n");
    expect_ink(64, 0, 32, 64, 32);
}

static void lines_of_an_odd_number_of_pixels_stand_straight(void **state)
{
    open_mode(801, 607, 803);
    put(" A\n\n A");
    expect_ink(8, 0, 4, 8, 4);
    expect_ink(8, 32, 4, 8, 4);
}

static void the_whole_memory_is_cleared(void **state)
{
    open_mode(801, 607, 803);
    put("\033[H");
    assert_int_equal(pixel(802, 606), PAPER);
    assert_int_equal(pixel(800, 606), PAPER);
}

static void blue_may_come_first(void **state)
{
    open_mode(800, 600, 800);
    framebuffer.mode.blue_first = true;
    put("A");
    assert_int_equal(pixel(0, 0), 0xe6dfcc);
}

static void inks_and_inverse_are_told_apart(void **state)
{
    open_mode(800, 600, 800);
    put("error: A\n");
    assert_int_equal(pixel(7 * 8, 0), 0x606bff);
    assert_int_equal(pixel(0, 16), INK); // the cursor
    assert_int_equal(pixel(8, 16), PAPER);
}

static void modes_that_do_not_fit_are_refused(void **state)
{
    struct framebuffer_mode bad = {{0xc0000000}, 800 * 600 * 4 - 1, 800, 600, 800};

    assert_int_equal(framebuffer_console_open(&bad), RESULT_INVALID);
    bad = (struct framebuffer_mode){{0xc0000000}, 800 * 600 * 4, 800, 600, 799};
    assert_int_equal(framebuffer_console_open(&bad), RESULT_INVALID);
    bad = (struct framebuffer_mode){{0xc0000002}, 800 * 600 * 4, 800, 600, 800};
    assert_int_equal(framebuffer_console_open(&bad), RESULT_INVALID);
    bad = (struct framebuffer_mode){{0xc0000000}, 319 * 600 * 4, 319, 600, 319};
    assert_int_equal(framebuffer_console_open(&bad), RESULT_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_character_is_drawn_in_each_font, tear_down),
        cmocka_unit_test_teardown(the_middle_font_has_rows_of_two_bytes, tear_down),
        cmocka_unit_test_teardown(a_large_screen_has_its_font_doubled, tear_down),
        cmocka_unit_test_teardown(a_big_character_is_twice_as_large_and_whole, tear_down),
        cmocka_unit_test_teardown(a_big_character_on_a_doubled_font_is_four_times_as_large, tear_down),
        cmocka_unit_test_teardown(lines_of_an_odd_number_of_pixels_stand_straight, tear_down),
        cmocka_unit_test_teardown(the_whole_memory_is_cleared, tear_down),
        cmocka_unit_test_teardown(blue_may_come_first, tear_down),
        cmocka_unit_test_teardown(inks_and_inverse_are_told_apart, tear_down),
        cmocka_unit_test_teardown(modes_that_do_not_fit_are_refused, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
