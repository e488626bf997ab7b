// The report of a keyboard in the boot protocol (HID 1.11, appendix B.1): which keys went down and up. Pure.
#ifndef DRIVERS_USB_HID_BOOT_H
#define DRIVERS_USB_HID_BOOT_H

#include "kernel/keyboard/keyboard.h"

enum { HID_BOOT_LENGTH = 8, HID_BOOT_KEYS = 6 };

struct hid_boot {
    uint8_t modifiers;
    uint8_t keys[HID_BOOT_KEYS];
};

// Compares a report with the one before and calls `tell` for each key that changed: modifiers first, then keys let go,
// then keys pressed. A report of too few bytes, and one that says too many keys are down, changes nothing.
void hid_boot_take(struct hid_boot *before, const uint8_t *report, uint32_t length,
                   void (*tell)(void *context, struct key_event event), void *context);

#endif
