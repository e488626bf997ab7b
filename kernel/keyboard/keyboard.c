// From a keyboard's keys going down and up to what the console reads.

#include "kernel/keyboard/keyboard.h"
#include "kernel/console/keys.h"

enum {
    USAGE_ENTER = 0x28,
    USAGE_ESCAPE = 0x29,
    USAGE_BACKSPACE = 0x2a,
    USAGE_TAB = 0x2b,
    USAGE_SPACE = 0x2c,
    USAGE_CAPS_LOCK = 0x39,
    USAGE_INSERT = 0x49,
    USAGE_UP = 0x52,
    USAGE_NUM_LOCK = 0x53,
    USAGE_KEYPAD_DIVIDE = 0x54,
    USAGE_KEYPAD_ENTER = 0x58,
    USAGE_KEYPAD_1 = 0x59,
    USAGE_KEYPAD_POINT = 0x63,
    USAGE_DELETE = 0x4c,
    USAGE_CONTROL_LEFT = 0xe0,
    USAGE_LAST = 0xe7,
    ASCII_DELETE = 0x7f,
};

#define MODIFIER_CONTROL   (BIT(0) | BIT(4))
#define MODIFIER_SHIFT     (BIT(1) | BIT(5))
#define MODIFIER_ALT_LEFT  BIT(2)
#define MODIFIER_ALT_RIGHT BIT(6)
#define MODIFIER_ALT       (MODIFIER_ALT_LEFT | MODIFIER_ALT_RIGHT)

static const struct keymap *layout;
static uint32_t total;

static const uint16_t editing[] = {KEY_INSERT,    KEY_HOME,  KEY_PAGE_UP, KEY_DELETE, KEY_END,
                                   KEY_PAGE_DOWN, KEY_RIGHT, KEY_LEFT,    KEY_DOWN,   KEY_UP};
static const char keypad_signs[] = "/*-+\r";
static const char keypad_digits[] = "1234567890.";
static const uint16_t keypad_editing[] = {KEY_END,  KEY_DOWN, KEY_PAGE_DOWN, KEY_LEFT,   KEY_NONE,  KEY_RIGHT,
                                          KEY_HOME, KEY_UP,   KEY_PAGE_UP,   KEY_INSERT, KEY_DELETE};

static const struct keymap *current_layout(void)
{
    return layout ? layout : keymap_default();
}

static uint32_t keypad_key(const struct keyboard *keyboard, uint8_t usage)
{
    if (usage <= USAGE_KEYPAD_ENTER)
        return (uint32_t)keypad_signs[usage - USAGE_KEYPAD_DIVIDE];
    uint32_t index = usage - USAGE_KEYPAD_1;
    return keyboard->num_lock_off ? keypad_editing[index] : (uint32_t)keypad_digits[index];
}

// Keys that are the same on every layout; KEY_NONE: not one of them.
static uint32_t common_key(const struct keyboard *keyboard, uint8_t usage)
{
    switch (usage) {
    case USAGE_ENTER:
        return '\r';
    case USAGE_ESCAPE:
        return 0x1b;
    case USAGE_BACKSPACE:
        return ASCII_DELETE;
    case USAGE_TAB:
        return '\t';
    case USAGE_SPACE:
        return ' ';
    default:
        break;
    }
    if (usage >= USAGE_INSERT && usage <= USAGE_UP)
        return editing[usage - USAGE_INSERT];
    if (usage >= USAGE_KEYPAD_DIVIDE && usage <= USAGE_KEYPAD_POINT)
        return keypad_key(keyboard, usage);
    return KEY_NONE;
}

// Caps Lock is a Shift for letters only.
static char character(const struct keyboard *keyboard, uint8_t usage)
{
    const struct keymap *map = current_layout();
    bool is_shifted = keyboard->modifiers & MODIFIER_SHIFT;

    if (keyboard->modifiers & MODIFIER_ALT_RIGHT && keymap_has_altgr(map))
        return keymap_character(map, KEYMAP_ALTGR, usage);
    char plain = keymap_character(map, KEYMAP_PLAIN, usage);
    if (keyboard->caps_lock && plain >= 'a' && plain <= 'z')
        is_shifted = !is_shifted;
    return is_shifted ? keymap_character(map, KEYMAP_SHIFT, usage) : plain;
}

// As a terminal does: Ctrl takes a letter, and @ [ \ ] ^ _, to the first 32 characters.
static char control_of(char of)
{
    char upper = of >= 'a' && of <= 'z' ? (char)(of - 'a' + 'A') : of;

    return upper >= '@' && upper <= '_' ? (char)(upper & 0x1f) : '\0';
}

static uint32_t character_key(const struct keyboard *keyboard, uint8_t usage)
{
    bool is_altgr = keyboard->modifiers & MODIFIER_ALT_RIGHT && keymap_has_altgr(current_layout());
    char found = character(keyboard, usage);

    if (found && keyboard->modifiers & MODIFIER_CONTROL && !is_altgr)
        found = control_of(found);
    if (!found)
        return KEY_NONE;
    return keyboard->modifiers & MODIFIER_ALT && !is_altgr ? KEY_WITH_ALT | (uint32_t)found : (uint32_t)found;
}

static bool asks_reboot(const struct keyboard *keyboard, uint8_t usage)
{
    return (usage == USAGE_DELETE || usage == USAGE_KEYPAD_POINT) && keyboard->modifiers & MODIFIER_CONTROL &&
           keyboard->modifiers & MODIFIER_ALT;
}

void keyboard_set_layout(const struct keymap *map)
{
    layout = map;
}

uint32_t keyboard_key(struct keyboard *keyboard, struct key_event event)
{
    if (event.usage >= USAGE_CONTROL_LEFT && event.usage <= USAGE_LAST) {
        uint8_t bit = (uint8_t)(1U << (event.usage - USAGE_CONTROL_LEFT));
        keyboard->modifiers = (uint8_t)(event.is_pressed ? keyboard->modifiers | bit : keyboard->modifiers & ~bit);
        return KEY_NONE;
    }
    if (!event.is_pressed)
        return KEY_NONE;
    if (asks_reboot(keyboard, event.usage))
        return KEY_REBOOT;
    keyboard->caps_lock ^= event.usage == USAGE_CAPS_LOCK;
    keyboard->num_lock_off ^= event.usage == USAGE_NUM_LOCK;
    uint32_t key = common_key(keyboard, event.usage);
    return key == KEY_NONE ? character_key(keyboard, event.usage) : key;
}

void keyboard_type(struct keyboard *keyboard, struct key_event event)
{
    uint32_t key = keyboard_key(keyboard, event);

    if (key != KEY_NONE)
        keys_add(key);
}

void keyboard_count(bool is_added)
{
    total += is_added ? 1 : -1U;
}

uint32_t keyboard_total(void)
{
    return total;
}
