// The console's queue of keys, and its reader.

#include "kernel/console/keys.h"
#include "kernel/console/console_input.h"
#include "kernel/core/host.h"
#include "kernel/core/spinlock.h"
#include "kernel/core/wait.h"
#include "kernel/lib/memory.h"
#include "kernel/power.h"
#include "kernel/runtime/log.h"

enum { ESCAPE = 0x1b, SEQUENCE_LENGTH = 5 };

static struct {
    struct spinlock lock; // protects the queue
    uint16_t kept[KEYS_KEPT];
    uint32_t first, count;
    bool is_reboot_asked;
    bool is_power_off_asked;
    char sequence[SEQUENCE_LENGTH]; // of the key that is being read
    uint32_t sequence_at;
    uint8_t serial_byte;
    bool has_serial_byte;
    bool (*pages)(enum key key);
    console_reader *serial;
    const struct keys_work *works[KEYS_WORK_COUNT];
    uint32_t work_count;
} keys;

// What a terminal sends (ECMA-48 cursor keys, VT220 editing keys).
static const char *const sequences[] = {
    [KEY_UP - KEY_UP] = "\033[A",         [KEY_DOWN - KEY_UP] = "\033[B",    [KEY_RIGHT - KEY_UP] = "\033[C",
    [KEY_LEFT - KEY_UP] = "\033[D",       [KEY_HOME - KEY_UP] = "\033[H",    [KEY_END - KEY_UP] = "\033[F",
    [KEY_INSERT - KEY_UP] = "\033[2~",    [KEY_DELETE - KEY_UP] = "\033[3~", [KEY_PAGE_UP - KEY_UP] = "\033[5~",
    [KEY_PAGE_DOWN - KEY_UP] = "\033[6~",
};

void keys_add(uint32_t key)
{
    if (key == KEY_REBOOT) {
        __atomic_store_n(&keys.is_reboot_asked, true, __ATOMIC_RELEASE);
        return;
    }
    bool were_on = spinlock_acquire(&keys.lock);
    if (key != KEY_NONE && keys.count < KEYS_KEPT) {
        keys.kept[(keys.first + keys.count) % KEYS_KEPT] = (uint16_t)key;
        __atomic_store_n(&keys.count, keys.count + 1, __ATOMIC_RELEASE);
    }
    spinlock_release(&keys.lock, were_on);
}

void keys_ask_power_off(void)
{
    __atomic_store_n(&keys.is_power_off_asked, true, __ATOMIC_RELEASE);
}

void keys_attach_pages(bool (*pages)(enum key key))
{
    keys.pages = pages;
}

void keys_attach_work(const struct keys_work *work)
{
    if (keys.work_count < KEYS_WORK_COUNT)
        keys.works[keys.work_count++] = work;
}

void keys_attach_serial(console_reader *serial)
{
    keys.serial = serial;
}

static uint32_t take(void)
{
    bool were_on = spinlock_acquire(&keys.lock);
    uint32_t key = keys.count ? keys.kept[keys.first] : KEY_NONE;

    if (keys.count) {
        keys.first = (keys.first + 1) % KEYS_KEPT;
        __atomic_store_n(&keys.count, keys.count - 1, __ATOMIC_RELEASE);
    }
    spinlock_release(&keys.lock, were_on);
    return key;
}

static void expand(uint32_t key)
{
    bool is_page = key == KEY_PAGE_UP || key == KEY_PAGE_DOWN;

    memset(keys.sequence, 0, sizeof(keys.sequence));
    keys.sequence_at = 0;
    if (is_page && keys.pages && keys.pages((enum key)key))
        return;
    if (key >= KEY_UP && key - KEY_UP < ARRAY_COUNT(sequences)) {
        memcpy(keys.sequence, sequences[key - KEY_UP], strlen(sequences[key - KEY_UP]));
        return;
    }
    if (key & KEY_WITH_ALT)
        keys.sequence[0] = ESCAPE;
    keys.sequence[key & KEY_WITH_ALT ? 1 : 0] = (char)key;
}

static bool next_byte(uint8_t *byte)
{
    while (!keys.sequence[keys.sequence_at]) {
        uint32_t key = take();
        if (key == KEY_NONE)
            return false;
        expand(key);
    }
    *byte = (uint8_t)keys.sequence[keys.sequence_at++];
    return true;
}

// Does not wait; a byte of the serial port that was found stays until it is read.
static bool serial_has_byte(void)
{
    if (!keys.has_serial_byte && keys.serial)
        keys.has_serial_byte = keys.serial(&keys.serial_byte, 0);
    return keys.has_serial_byte;
}

static bool may_run(const struct keys_work *work)
{
    return (work->is_urgent || !console_input_is_running()) && work->is_due();
}

static bool is_asked(void)
{
    return __atomic_load_n(&keys.is_reboot_asked, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&keys.is_power_off_asked, __ATOMIC_ACQUIRE);
}

static bool has_something(void *context)
{
    for (uint32_t i = 0; i < keys.work_count; i++)
        if (may_run(keys.works[i]))
            return true;
    return is_asked() || __atomic_load_n(&keys.count, __ATOMIC_ACQUIRE) || serial_has_byte();
}

// Both return only when every way failed.
static void leave(void)
{
    if (__atomic_exchange_n(&keys.is_power_off_asked, false, __ATOMIC_ACQ_REL)) {
        log_info("power button: switching off");
        power()->power_off();
    }
    if (__atomic_exchange_n(&keys.is_reboot_asked, false, __ATOMIC_ACQ_REL)) {
        log_info("Ctrl-Alt-Del: restarting");
        power()->reboot();
    }
}

static void do_work(void)
{
    for (uint32_t i = 0; i < keys.work_count; i++)
        if (may_run(keys.works[i]))
            keys.works[i]->work();
}

bool keys_read(uint8_t *byte, uint64_t nanoseconds)
{
    // Bytes of a sequence that has begun come before all else.
    if (keys.sequence[keys.sequence_at])
        return next_byte(byte);
    if (wait_until(has_something, NULL, nanoseconds) != RESULT_OK)
        return false;
    leave();
    do_work();
    if (next_byte(byte))
        return true;
    bool has_byte = keys.has_serial_byte;
    *byte = keys.serial_byte;
    keys.has_serial_byte = false;
    return has_byte;
}
