// Keys that were typed at keyboards, and the console's one queue of them. Serial bytes and keys reach the console by
// one reader, keys_read(); so do bytes of a serial adapter on USB.
#ifndef KERNEL_CONSOLE_KEYS_H
#define KERNEL_CONSOLE_KEYS_H

#include "kernel/console/console.h"

// A key is a byte of ASCII, or one of these. For the line editor they become the sequences that a terminal sends.
enum key {
    KEY_NONE = 0,
    KEY_UP = 0x100,
    KEY_DOWN,
    KEY_RIGHT,
    KEY_LEFT,
    KEY_HOME,
    KEY_END,
    KEY_INSERT,
    KEY_DELETE,
    KEY_PAGE_UP, // with Shift or without
    KEY_PAGE_DOWN,
    KEY_REBOOT,           // Ctrl-Alt-Del
    KEY_WITH_ALT = 0x200, // and a byte of ASCII: ESC goes before it
};

enum { KEYS_KEPT = 256 };

// Adds a key, an `enum key` or a byte. A full queue drops it. KEY_REBOOT is kept even then. Any CPU, any IRQL.
void keys_add(uint32_t key);

// Asks to switch the machine off, as soon as the console looks: the power button. Any CPU, any IRQL.
void keys_ask_power_off(void);

// What the screen does with KEY_PAGE_UP and KEY_PAGE_DOWN: true when it has used the key. NULL: they go to the line
// editor. Called at PASSIVE on the boot CPU.
void keys_attach_pages(bool (*pages)(enum key key));

// Work that belongs to PASSIVE level: `is_due` is asked whenever the console looks for input, with interrupts off, and
// must be short; `work` runs when it said yes and no command runs, unless `is_urgent`. Boot CPU; at most
// KEYS_WORK_COUNT.
enum { KEYS_WORK_COUNT = 4 };
struct keys_work {
    bool (*is_due)(void);
    void (*work)(void);
    bool is_urgent;
};
void keys_attach_work(const struct keys_work *work);

// Sets the reader of the serial port.
void keys_attach_serial(console_reader *serial);

// A console_reader: the next byte of keys or the serial port, whichever comes first. PASSIVE, boot CPU.
bool keys_read(uint8_t *byte, uint64_t nanoseconds);

#endif
