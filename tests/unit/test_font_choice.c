// Which font a screen of which size is drawn in.
// sources: drivers/screen/font_choice.c

#include "drivers/screen/font_choice.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct font_size sizes[FONT_COUNT] = {{8, 16}, {12, 24}, {16, 32}};

static void expect(uint32_t width, uint32_t height, uint32_t character_width, uint32_t character_height)
{
    struct font_choice choice = font_choose(sizes, width, height);

    assert_int_equal(sizes[choice.font].width << choice.doublings, character_width);
    assert_int_equal(sizes[choice.font].height << choice.doublings, character_height);
}

static void a_larger_screen_has_larger_characters(void **state)
{
    expect(800, 600, 8, 16);
    expect(1024, 768, 8, 16);
    expect(1280, 800, 12, 24);
    expect(1366, 768, 12, 24);
    expect(1600, 900, 12, 24); // 100 columns of the large font, but 28 rows
    expect(1920, 1080, 16, 32);
    expect(2560, 1600, 24, 48);
    expect(3840, 2160, 32, 64);
    expect(7680, 4320, 64, 128);
}

static void a_portrait_screen_keeps_its_columns(void **state)
{
    expect(800, 1280, 8, 16);
    expect(1080, 1920, 8, 16);
    expect(1200, 1920, 12, 24);
    expect(1600, 2560, 16, 32);
}

static void a_screen_too_small_for_any_gets_the_smallest(void **state)
{
    expect(640, 480, 8, 16);
    expect(1, 1, 8, 16);
}

// What stands in where the larger fonts were not found.
static void one_font_alone_is_doubled(void **state)
{
    static const struct font_size one[FONT_COUNT] = {{8, 16}, {8, 16}, {8, 16}};

    assert_int_equal(font_choose(one, 1920, 1080).doublings, 1);
    assert_int_equal(font_choose(one, 3840, 2160).doublings, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_larger_screen_has_larger_characters),
        cmocka_unit_test(a_portrait_screen_keeps_its_columns),
        cmocka_unit_test(a_screen_too_small_for_any_gets_the_smallest),
        cmocka_unit_test(one_font_alone_is_doubled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
