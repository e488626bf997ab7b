// What keys mean: layouts, modifiers, and what the console's reader makes of them.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/console/keys.h"
#include "kernel/keyboard/keyboard.h"
#include "kernel/power.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { CONTROL = 0xe0, SHIFT = 0xe1, ALT = 0xe2, SHIFT_RIGHT = 0xe5, ALTGR = 0xe6, CAPS = 0x39, NUM = 0x53 };

static struct keyboard keyboard;
static uint32_t reboots, power_offs, page_keys, works;
static bool is_work_due, takes_pages;
static const char *serial;

static void reboot(void)
{
    reboots++;
}

static void power_off(void)
{
    power_offs++;
}

static const struct power_operations operations = {.power_off = power_off, .reboot = reboot};

static bool read_serial(uint8_t *byte, uint64_t nanoseconds)
{
    if (!*serial)
        return false;
    *byte = (uint8_t)*serial++;
    return true;
}

static bool pages(enum key key)
{
    page_keys += key == KEY_PAGE_UP || key == KEY_PAGE_DOWN;
    return takes_pages;
}

static bool work_is_due(void)
{
    return is_work_due;
}

static void work(void)
{
    works++;
    is_work_due = false;
}

static const struct keys_work some_work = {work_is_due, work, false};

static int start(void **state)
{
    static bool is_attached;

    fake_host_reset();
    fake_host.step = 1000;
    memset(&keyboard, 0, sizeof(keyboard));
    keyboard_set_layout(keymap_default());
    power_attach(&operations);
    serial = "";
    reboots = power_offs = page_keys = works = 0;
    is_work_due = takes_pages = false;
    keys_attach_serial(read_serial);
    keys_attach_pages(NULL);
    if (!is_attached)
        keys_attach_work(&some_work);
    is_attached = true;
    return 0;
}

static void press(uint8_t usage)
{
    keyboard_type(&keyboard, (struct key_event){usage, true});
}

static void release(uint8_t usage)
{
    keyboard_type(&keyboard, (struct key_event){usage, false});
}

static void tap(uint8_t usage)
{
    press(usage);
    release(usage);
}

// All that the console reads now.
static const char *read_all(void)
{
    static char text[2 * KEYS_KEPT];
    size_t length = 0;
    uint8_t byte;

    while (length < sizeof(text) - 1 && keys_read(&byte, 0))
        text[length++] = (char)byte;
    text[length] = '\0';
    return text;
}

static void tap_with(uint8_t modifier, uint8_t usage)
{
    press(modifier);
    tap(usage);
    release(modifier);
}

static void letters_digits_and_shift(void **state)
{
    tap(0x04);
    tap(0x1e);
    tap_with(SHIFT, 0x04);
    tap_with(SHIFT_RIGHT, 0x1e);
    tap(0x28);
    assert_string_equal(read_all(), "a1A!\r");
}

static void either_shift_holds_until_both_are_up(void **state)
{
    press(SHIFT);
    press(SHIFT_RIGHT);
    release(SHIFT);
    tap(0x04);
    release(SHIFT_RIGHT);
    tap(0x04);
    assert_string_equal(read_all(), "Aa");
}

static void caps_lock_is_for_letters_alone_and_shift_undoes_it(void **state)
{
    tap(CAPS);
    tap(0x04);
    tap(0x1e);
    tap_with(SHIFT, 0x04);
    tap(CAPS);
    tap(0x04);
    assert_string_equal(read_all(), "A1aa");
}

static void control_makes_control_characters(void **state)
{
    tap_with(CONTROL, 0x06);
    tap_with(CONTROL, 0x2f);
    tap_with(CONTROL, 0x1e); // no such character
    assert_string_equal(read_all(), "\003\033");
}

static void alt_sends_escape_first(void **state)
{
    tap_with(ALT, 0x05);
    tap_with(ALTGR, 0x05); // no third level on this layout
    assert_string_equal(read_all(), "\033b\033b");
}

static void editing_keys_are_the_terminals_sequences(void **state)
{
    static const uint8_t usages[] = {0x52, 0x51, 0x4f, 0x50, 0x4a, 0x4d, 0x49, 0x4c, 0x4b, 0x4e};

    for (uint32_t i = 0; i < sizeof(usages); i++)
        tap(usages[i]);
    assert_string_equal(read_all(), "\033[A\033[B\033[C\033[D\033[H\033[F\033[2~\033[3~\033[5~\033[6~");
}

static void the_keypad_is_digits_until_num_lock(void **state)
{
    tap(0x59);
    tap(0x62);
    tap(0x54);
    tap(0x58);
    tap(NUM);
    tap(0x60);
    tap(0x5d); // 5 has no second meaning
    assert_string_equal(read_all(), "10/\r\033[A");
}

static void layouts_differ_where_they_should(void **state)
{
    keyboard_set_layout(keymap_find("de"));
    tap(0x1c);
    tap(0x1d);
    tap_with(SHIFT, 0x24);
    tap_with(ALTGR, 0x14);
    tap_with(ALTGR, 0x25);
    tap(0x64);
    tap(0x32);
    tap(0x2f); // a letter beyond ASCII
    assert_string_equal(read_all(), "zy/@[<#");
    keyboard_set_layout(keymap_find("fr"));
    tap(0x14);
    tap(0x33);
    tap_with(SHIFT, 0x1e);
    tap_with(ALTGR, 0x23);
    assert_string_equal(read_all(), "am1|");
    keyboard_set_layout(keymap_find("uk"));
    tap_with(SHIFT, 0x1f);
    tap_with(SHIFT, 0x34);
    assert_string_equal(read_all(), "\"@");
}

static void every_layout_has_every_letter_and_digit_and_what_commands_need(void **state)
{
    static const char *const names[] = {"us", "uk", "de", "ch", "fr", "es", "se"};
    static const char needed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 :.;=-,\"#/_";

    for (uint32_t n = 0; n < ARRAY_COUNT(names); n++) {
        const struct keymap *map = keymap_find(names[n]);
        bool found[128] = {[' '] = true};
        assert_non_null(map);
        assert_string_equal(keymap_name(map), names[n]);
        for (uint32_t level = 0; level < KEYMAP_LEVEL_COUNT; level++)
            for (uint32_t usage = 0; usage < 0x100; usage++)
                found[(uint8_t)keymap_character(map, (enum keymap_level)level, (uint8_t)usage)] = true;
        for (const char *each = needed; *each; each++)
            if (!found[(uint8_t)*each])
                fail_msg("%s has no '%c'", names[n], *each);
    }
    assert_null(keymap_find("xx"));
}

static void control_alt_delete_restarts(void **state)
{
    press(CONTROL);
    tap(0x4c);
    press(ALTGR);
    tap(0x4c);
    assert_string_equal(read_all(), "\033[3~");
    assert_int_equal(reboots, 1);
}

static void the_power_button_switches_off(void **state)
{
    keys_ask_power_off();
    assert_string_equal(read_all(), "");
    assert_int_equal(power_offs, 1);
}

static void the_screen_takes_the_page_keys_when_it_can(void **state)
{
    keys_attach_pages(pages);
    takes_pages = true;
    tap(0x4b);
    tap_with(SHIFT, 0x4e);
    tap(0x04);
    assert_string_equal(read_all(), "a");
    assert_int_equal(page_keys, 2);
    takes_pages = false;
    tap(0x4b);
    assert_string_equal(read_all(), "\033[5~");
}

static void keys_and_the_serial_port_are_read_alike(void **state)
{
    tap(0x52);
    serial = "xy";
    assert_string_equal(read_all(), "\033[Axy");
}

static void a_full_queue_drops_and_goes_on(void **state)
{
    for (uint32_t i = 0; i < KEYS_KEPT + 10; i++)
        keys_add('k');
    keys_add(KEY_REBOOT);
    assert_int_equal(strlen(read_all()), KEYS_KEPT);
    assert_int_equal(reboots, 1);
    tap(0x04);
    assert_string_equal(read_all(), "a");
}

static void work_is_done_when_it_is_due(void **state)
{
    uint8_t byte;

    is_work_due = true;
    assert_false(keys_read(&byte, 0));
    assert_int_equal(works, 1);
    assert_false(keys_read(&byte, 0));
    assert_int_equal(works, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(letters_digits_and_shift, start),
        cmocka_unit_test_setup(either_shift_holds_until_both_are_up, start),
        cmocka_unit_test_setup(caps_lock_is_for_letters_alone_and_shift_undoes_it, start),
        cmocka_unit_test_setup(control_makes_control_characters, start),
        cmocka_unit_test_setup(alt_sends_escape_first, start),
        cmocka_unit_test_setup(editing_keys_are_the_terminals_sequences, start),
        cmocka_unit_test_setup(the_keypad_is_digits_until_num_lock, start),
        cmocka_unit_test_setup(layouts_differ_where_they_should, start),
        cmocka_unit_test_setup(every_layout_has_every_letter_and_digit_and_what_commands_need, start),
        cmocka_unit_test_setup(control_alt_delete_restarts, start),
        cmocka_unit_test_setup(the_power_button_switches_off, start),
        cmocka_unit_test_setup(the_screen_takes_the_page_keys_when_it_can, start),
        cmocka_unit_test_setup(keys_and_the_serial_port_are_read_alike, start),
        cmocka_unit_test_setup(a_full_queue_drops_and_goes_on, start),
        cmocka_unit_test_setup(work_is_done_when_it_is_due, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
