// Scan codes of both sets.
// sources: drivers/input/ps2_decoder.c tests/fakes/heap.c tests/fakes/host.c

#include "drivers/input/ps2_decoder.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct ps2_decoder decoder;

// The events of some bytes as text: "+1c" pressed, "-1c" released.
static const char *decoded(enum ps2_set set, const uint8_t *bytes, size_t length)
{
    static char text[128];
    struct key_event event;
    size_t used = 0;

    ps2_decoder_start(&decoder, set);
    text[0] = '\0';
    for (size_t i = 0; i < length; i++)
        if (ps2_decode(&decoder, bytes[i], &event))
            used +=
                (size_t)snprintf(text + used, sizeof(text) - used, "%c%02x", event.is_pressed ? '+' : '-', event.usage);
    return text;
}

#define DECODED(set, ...) decoded(set, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void a_key_goes_down_and_up(void **state)
{
    assert_string_equal(DECODED(PS2_SET_1, 0x1e, 0x9e), "+04-04");
    assert_string_equal(DECODED(PS2_SET_2, 0x1c, 0xf0, 0x1c), "+04-04");
}

static void rows_read_alike_in_both_sets(void **state)
{
    // 1 =, Q ], A ', Z /, Esc, Backspace, Tab, Enter, space
    assert_string_equal(DECODED(PS2_SET_1, 0x02, 0x0d, 0x10, 0x1b, 0x1e, 0x28, 0x2c, 0x35, 0x01, 0x0e, 0x0f, 0x1c,
                                0x39),
                        "+1e+2e+14+30+04+34+1d+38+29+2a+2b+28+2c");
    assert_string_equal(DECODED(PS2_SET_2, 0x16, 0x55, 0x15, 0x5b, 0x1c, 0x52, 0x1a, 0x4a, 0x76, 0x66, 0x0d, 0x5a,
                                0x29),
                        "+1e+2e+14+30+04+34+1d+38+29+2a+2b+28+2c");
    // F1, F7, F10, F12, the key left of Z, keypad 7
    assert_string_equal(DECODED(PS2_SET_1, 0x3b, 0x41, 0x44, 0x58, 0x56, 0x47), "+3a+40+43+45+64+5f");
    assert_string_equal(DECODED(PS2_SET_2, 0x05, 0x83, 0x09, 0x07, 0x61, 0x6c), "+3a+40+43+45+64+5f");
}

static void extended_keys_are_told_from_the_keypad(void **state)
{
    assert_string_equal(DECODED(PS2_SET_1, 0xe0, 0x48, 0xe0, 0xc8, 0x48), "+52-52+60");
    assert_string_equal(DECODED(PS2_SET_2, 0xe0, 0x75, 0xe0, 0xf0, 0x75, 0x75), "+52-52+60");
    // right Ctrl, right Alt, Delete, Page Up, keypad Enter
    assert_string_equal(DECODED(PS2_SET_1, 0xe0, 0x1d, 0xe0, 0x38, 0xe0, 0x53, 0xe0, 0x49, 0xe0, 0x1c),
                        "+e4+e6+4c+4b+58");
    assert_string_equal(DECODED(PS2_SET_2, 0xe0, 0x14, 0xe0, 0x11, 0xe0, 0x71, 0xe0, 0x7d, 0xe0, 0x5a),
                        "+e4+e6+4c+4b+58");
}

static void the_shifts_that_a_keyboard_adds_to_extended_keys_are_swallowed(void **state)
{
    assert_string_equal(DECODED(PS2_SET_1, 0xe0, 0x2a, 0xe0, 0x48, 0xe0, 0xaa), "+52");
    assert_string_equal(DECODED(PS2_SET_2, 0xe0, 0x12, 0xe0, 0x75, 0xe0, 0xf0, 0x12), "+52");
}

static void pause_is_swallowed_whole(void **state)
{
    assert_string_equal(DECODED(PS2_SET_1, 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5, 0x1e), "+04");
    assert_string_equal(DECODED(PS2_SET_2, 0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77, 0x1c), "+04");
}

static void answers_and_overruns_are_no_keys_and_end_a_prefix(void **state)
{
    assert_string_equal(DECODED(PS2_SET_1, 0xfa, 0xfe, 0x00, 0x1e), "+04");
    assert_string_equal(DECODED(PS2_SET_2, 0xfa, 0xaa, 0xfe, 0x00, 0x1c), "+04");
    assert_string_equal(DECODED(PS2_SET_1, 0xe0, 0xff, 0x48), "+60");
    assert_string_equal(DECODED(PS2_SET_2, 0xf0, 0x00, 0x1c), "+04");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_goes_down_and_up),
        cmocka_unit_test(rows_read_alike_in_both_sets),
        cmocka_unit_test(extended_keys_are_told_from_the_keypad),
        cmocka_unit_test(the_shifts_that_a_keyboard_adds_to_extended_keys_are_swallowed),
        cmocka_unit_test(pause_is_swallowed_whole),
        cmocka_unit_test(answers_and_overruns_are_no_keys_and_end_a_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
