// Any bytes as a device's descriptors and as a keyboard's reports: nothing is read beyond the end, every walk ends,
// endpoints stay in their bounds, and only keys that are down are let go.
// sources: drivers/usb/usb_descriptor.c drivers/usb/hid_boot.c

#include "drivers/usb/hid_boot.h"
#include "drivers/usb/usb_descriptor.h"
#include <stdlib.h>
#include <string.h>

static void tell(void *context, struct key_event event)
{
    bool *down = context;

    if (!event.is_pressed && !down[event.usage])
        abort();
    down[event.usage] = event.is_pressed;
}

static void check_descriptors(const uint8_t *bytes, uint32_t length)
{
    struct usb_interface interface;
    struct usb_device_facts facts;
    uint32_t at = 0, last = 0, total;
    uint8_t value;

    (void)usb_device_facts_read(bytes, length, &facts);
    (void)usb_configuration_read(bytes, length, &total, &value);
    while (usb_interface_next(bytes, length, &at, &interface)) {
        if (at <= last || at > length || interface.endpoint_count > USB_ENDPOINT_LIMIT)
            abort();
        for (uint32_t i = 0; i < interface.endpoint_count; i++)
            if (!(interface.endpoints[i].address & 0xf) || interface.endpoints[i].packet > 0x7ff)
                abort();
        last = at;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct hid_boot boot = {0};
    bool down[256] = {0};
    uint8_t *exact = malloc(length + 1);

    memcpy(exact, bytes, length);
    check_descriptors(exact, (uint32_t)length);
    for (size_t at = 0; at < length; at += HID_BOOT_LENGTH)
        hid_boot_take(&boot, exact + at, (uint32_t)(length - at), tell, down);
    free(exact);
    return 0;
}
