// The report of a keyboard in the boot protocol.

#include "drivers/usb/hid_boot.h"
#include "kernel/lib/memory.h"

enum { FIRST_KEY = 2, FIRST_USAGE = 4, MODIFIER_USAGE = 0xe0, MODIFIER_COUNT = 8 };

static bool holds(const uint8_t *keys, uint32_t count, uint8_t usage)
{
    for (uint32_t i = 0; i < count; i++)
        if (keys[i] == usage)
            return true;
    return false;
}

// Usages 1 to 3 are no keys: too many are down, or the keyboard failed its test.
static bool is_usable(const uint8_t *report, uint32_t length)
{
    return length >= HID_BOOT_LENGTH && (report[FIRST_KEY] == 0 || report[FIRST_KEY] >= FIRST_USAGE);
}

// Keys of a report, each once; 0 for the rest.
static void keys_of(const uint8_t *report, uint8_t keys[HID_BOOT_KEYS])
{
    for (uint32_t i = 0; i < HID_BOOT_KEYS; i++) {
        uint8_t usage = report[FIRST_KEY + i];
        bool is_key = usage >= FIRST_USAGE && usage < MODIFIER_USAGE && !holds(keys, i, usage);
        keys[i] = is_key ? usage : 0;
    }
}

void hid_boot_take(struct hid_boot *before, const uint8_t *report, uint32_t length,
                   void (*tell)(void *context, struct key_event event), void *context)
{
    if (!is_usable(report, length))
        return;
    uint8_t keys[HID_BOOT_KEYS];
    keys_of(report, keys);
    uint8_t changed = before->modifiers ^ report[0];
    for (uint8_t i = 0; i < MODIFIER_COUNT; i++)
        if (changed & 1U << i)
            tell(context, (struct key_event){(uint8_t)(MODIFIER_USAGE + i), report[0] & 1U << i});
    for (uint32_t i = 0; i < HID_BOOT_KEYS; i++)
        if (before->keys[i] && !holds(keys, HID_BOOT_KEYS, before->keys[i]))
            tell(context, (struct key_event){before->keys[i], false});
    for (uint32_t i = 0; i < HID_BOOT_KEYS; i++)
        if (keys[i] && !holds(before->keys, HID_BOOT_KEYS, keys[i]))
            tell(context, (struct key_event){keys[i], true});
    before->modifiers = report[0];
    memcpy(before->keys, keys, HID_BOOT_KEYS);
}
