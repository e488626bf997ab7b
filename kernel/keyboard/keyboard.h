// From a keyboard's keys going down and up to what the console reads: modifiers, Caps Lock, Num Lock, layout.
#ifndef KERNEL_KEYBOARD_KEYBOARD_H
#define KERNEL_KEYBOARD_KEYBOARD_H

#include "kernel/keyboard/keymap.h"

// A key that went down or up, or repeats going down; by its usage (HID Usage Tables 1.4, page 0x07).
struct key_event {
    uint8_t usage;
    bool is_pressed;
};

// A keyboard's state. Zeroes are a keyboard at rest.
struct keyboard {
    uint8_t modifiers; // as in a HID boot report: bit n is usage 0xe0 + n
    bool caps_lock;
    bool num_lock_off; // Num Lock is on to begin with
};

// The layout of all keyboards; keymap_default() until set.
void keyboard_set_layout(const struct keymap *map);

// The key (kernel/console/keys.h) that an event means; KEY_NONE for none. Pure but for the layout. Any IRQL.
uint32_t keyboard_key(struct keyboard *keyboard, struct key_event event);

// Hands the key that an event means to the console. Any IRQL, one caller a keyboard at a time.
void keyboard_type(struct keyboard *keyboard, struct key_event event);

// What the console says of keyboards: how many work. Drivers count theirs in, and out when unplugged. Boot CPU.
void keyboard_count(bool is_added);
uint32_t keyboard_total(void);

#endif
