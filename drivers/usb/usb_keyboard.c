// USB keyboards by the boot protocol (HID 1.11, appendix B). They do not repeat a key that is held: that is done here.

#include "drivers/usb/hid_boot.h"
#include "drivers/usb/usb.h"
#include "kernel/console/keys.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/heap.h"

enum { CLASS_HID = 3, SUBCLASS_BOOT = 1, PROTOCOL_KEYBOARD = 1, BOOT_PROTOCOL = 0, INTERRUPT = 3 };

#define FIRST_REPEAT WAIT_MILLISECONDS(500)
#define NEXT_REPEAT  WAIT_MILLISECONDS(40)

struct usb_keys {
    struct usb_keys *next;
    struct keyboard keyboard;
    struct hid_boot boot;
    uint8_t held;       // the usage pressed last; 0: none
    uint32_t held_key;  // what it types; shared with the console's CPU, as repeat_at
    uint64_t repeat_at; // nanoseconds; 0: not
};

static struct usb_keys *keyboards;

static bool matches(const struct usb_device *device, const struct usb_interface *interface)
{
    return interface->class == CLASS_HID && interface->subclass == SUBCLASS_BOOT &&
           interface->protocol == PROTOCOL_KEYBOARD && usb_endpoint_find(interface, INTERRUPT, true);
}

// The key is typed once more only while nothing else happens.
static void tell(void *context, struct key_event event)
{
    struct usb_keys *keys = context;
    uint32_t key = keyboard_key(&keys->keyboard, event);

    if (key != KEY_NONE)
        keys_add(key);
    if (event.is_pressed && key != KEY_NONE && key != KEY_REBOOT) {
        keys->held = event.usage;
        __atomic_store_n(&keys->held_key, key, __ATOMIC_RELAXED);
        __atomic_store_n(&keys->repeat_at, host_nanoseconds() + FIRST_REPEAT, __ATOMIC_RELEASE);
    } else if (event.is_pressed || event.usage == keys->held) {
        keys->held = 0;
        __atomic_store_n(&keys->repeat_at, 0, __ATOMIC_RELEASE);
    }
}

static void heard(struct usb_device *device, const uint8_t *bytes, uint32_t length)
{
    struct usb_keys *keys = device->state;

    hid_boot_take(&keys->boot, bytes, length, tell, keys);
}

static bool is_due_one(const struct usb_keys *keys)
{
    uint64_t at = __atomic_load_n(&keys->repeat_at, __ATOMIC_ACQUIRE);

    return at && host_nanoseconds() >= at;
}

static bool is_due(void)
{
    for (const struct usb_keys *keys = keyboards; keys; keys = keys->next)
        if (is_due_one(keys))
            return true;
    return false;
}

static void repeat(void)
{
    for (struct usb_keys *keys = keyboards; keys; keys = keys->next) {
        uint64_t at = __atomic_load_n(&keys->repeat_at, __ATOMIC_ACQUIRE);
        if (!at || host_nanoseconds() < at)
            continue;
        // Not when the key was let go meanwhile.
        if (__atomic_compare_exchange_n(&keys->repeat_at, &at, host_nanoseconds() + NEXT_REPEAT, false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            keys_add(__atomic_load_n(&keys->held_key, __ATOMIC_RELAXED));
    }
}

static const struct keys_work repeat_work = {is_due, repeat, false};

// Reports only what changes (idle rate 0); a keyboard may refuse that, and says the same again and again then.
static enum result start_reports(struct usb_device *device)
{
    uint16_t number = device->interface.number;
    struct usb_request protocol = {USB_OUT_CLASS_INTERFACE, USB_HID_SET_PROTOCOL, BOOT_PROTOCOL, number, 0};
    struct usb_request idle = {USB_OUT_CLASS_INTERFACE, USB_HID_SET_IDLE, 0, number, 0};
    enum result result = usb_request(device, protocol, NULL);

    if (result == RESULT_OK && usb_request(device, idle, NULL) == RESULT_TIMEOUT)
        result = RESULT_TIMEOUT;
    return result;
}

static enum result attach(struct usb_device *device)
{
    const struct usb_endpoint *endpoint = usb_endpoint_find(&device->interface, INTERRUPT, true);
    static bool is_repeating;
    struct usb_keys *keys = heap_allocate(sizeof(*keys));

    if (!keys)
        return RESULT_NO_MEMORY;
    *keys = (struct usb_keys){.next = keyboards};
    device->state = keys;
    enum result result = usb_pipes_open(device, &endpoint, 1, 0);
    if (result == RESULT_OK)
        result = start_reports(device);
    if (result == RESULT_OK)
        result = usb_pipe_listen(&device->pipes[0], heard);
    if (result != RESULT_OK) {
        heap_free(keys);
        return result;
    }
    keyboards = keys;
    keyboard_count(true);
    if (!is_repeating)
        keys_attach_work(&repeat_work);
    is_repeating = true;
    return RESULT_OK;
}

// The record stays: a report that was on its way may still be read. A later keyboard makes its own.
static void detach(struct usb_device *device)
{
    struct usb_keys *keys = device->state, **link = &keyboards;

    while (*link && *link != keys)
        link = &(*link)->next;
    if (*link)
        *link = keys->next;
    keyboard_count(false);
}

const struct usb_class usb_keyboard = {"keyboard", matches, attach, detach};
