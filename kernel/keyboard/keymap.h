// What keys mean on the keyboards of several countries, as far as ASCII goes. Keys are named by their usages (HID Usage
// Tables 1.4, page 0x07): by place, as on a keyboard of the United States. Pure.
#ifndef KERNEL_KEYBOARD_KEYMAP_H
#define KERNEL_KEYBOARD_KEYMAP_H

#include "kernel/lib/types.h"

enum keymap_level { KEYMAP_PLAIN, KEYMAP_SHIFT, KEYMAP_ALTGR, KEYMAP_LEVEL_COUNT };

struct keymap;

// "us", "uk", "de", "ch", "fr", "es", "se". NULL: there is no such layout.
const struct keymap *keymap_find(const char *name);

// The layout of the United States.
const struct keymap *keymap_default(void);

const char *keymap_name(const struct keymap *map);

// Has the layout a third level, by the right Alt key?
bool keymap_has_altgr(const struct keymap *map);

// The character of a key with a character of its own; 0: the key has none, or one beyond ASCII. Keys for letters beyond
// ASCII, and accents that wait for a letter, give nothing or the accent alone.
char keymap_character(const struct keymap *map, enum keymap_level level, uint8_t usage);

#endif
