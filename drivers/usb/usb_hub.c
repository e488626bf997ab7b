// Hubs: power to their ports, reset, and what is plugged in and out there (USB 2.0, chapter 11).

#include "drivers/usb/usb.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum { CLASS_HUB = 9, INTERRUPT = 3, PORT_LIMIT = 15 };              // a route has four bits a hub
enum { FEATURE_RESET = 4, FEATURE_POWER = 8, FEATURE_CHANGES = 16 }; // changes: 16 connection to 20 reset
enum { CHANGE_COUNT = 5, SPEED_FULL = 1, SPEED_LOW = 2, SPEED_HIGH = 3, SPEED_SUPER = 4 };

#define STATUS_CONNECTED       BIT(0)
#define STATUS_ENABLED         BIT(1)
#define STATUS_LOW_SPEED       BIT(9)
#define STATUS_HIGH_SPEED      BIT(10)
#define STATUS_CONNECT_CHANGED BIT(16)
#define STATUS_RESET_CHANGED   BIT(20)

#define STEP           WAIT_MILLISECONDS(10)
#define DEBOUNCE       WAIT_MILLISECONDS(100) // USB 2.0, 7.1.7.3
#define RESET_RECOVERY WAIT_MILLISECONDS(10)
#define RESET_STEPS    50 // 500 ms

struct hub {
    uint32_t port_count;
    bool has_changed; // set at the message's IRQL
    bool is_known;    // its ports were looked at once: from then on only what changes counts
};

static bool matches(const struct usb_device *device, const struct usb_interface *interface)
{
    return interface->class == CLASS_HUB && usb_endpoint_find(interface, INTERRUPT, true);
}

// Which ports is asked of the hub itself.
static void heard(struct usb_device *device, const uint8_t *bytes, uint32_t length)
{
    __atomic_store_n(&((struct hub *)device->state)->has_changed, true, __ATOMIC_RELEASE);
}

static enum result feature(struct usb_device *device, uint8_t request, uint16_t which, uint32_t port)
{
    return usb_request(device, (struct usb_request){USB_OUT_CLASS_PORT, request, which, (uint16_t)port, 0}, NULL);
}

static enum result status_read(struct usb_device *device, uint32_t port, uint32_t *status)
{
    uint8_t bytes[4];
    struct usb_request request = {USB_IN_CLASS_PORT, USB_GET_STATUS, 0, (uint16_t)port, sizeof(bytes)};
    enum result result = usb_request(device, request, bytes);

    if (result == RESULT_OK)
        *status = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    return result;
}

static enum result changes_clear(struct usb_device *device, uint32_t port, uint32_t status)
{
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < CHANGE_COUNT && result == RESULT_OK; i++)
        if (status & STATUS_CONNECT_CHANGED << i)
            result = feature(device, USB_CLEAR_FEATURE, (uint16_t)(FEATURE_CHANGES + i), port);
    return result;
}

static enum result port_reset(struct usb_device *device, uint32_t port, uint32_t *status)
{
    enum result result = feature(device, USB_SET_FEATURE, FEATURE_RESET, port);

    for (uint32_t step = 0; step < RESET_STEPS && result == RESULT_OK; step++) {
        wait_pause(STEP);
        result = status_read(device, port, status);
        if (result == RESULT_OK && *status & STATUS_RESET_CHANGED)
            break;
    }
    if (result == RESULT_OK)
        result = changes_clear(device, port, *status);
    wait_pause(RESET_RECOVERY);
    return result == RESULT_OK && !(*status & STATUS_ENABLED) ? RESULT_TIMEOUT : result;
}

static uint32_t speed_of(uint32_t status)
{
    return status & STATUS_LOW_SPEED ? SPEED_LOW : status & STATUS_HIGH_SPEED ? SPEED_HIGH : SPEED_FULL;
}

static enum result port_attach(struct usb_device *device, uint32_t port, uint32_t status)
{
    wait_pause(DEBOUNCE);
    enum result result = port_reset(device, port, &status);
    if (result == RESULT_OK)
        usb_attach(device->controller, device, port, speed_of(status));
    return result;
}

static enum result port_look(struct usb_device *device, uint32_t port)
{
    struct usb_device *child = usb_find(device->controller, device, port);
    uint32_t status;
    enum result result = status_read(device, port, &status);

    if (result == RESULT_OK)
        result = changes_clear(device, port, status);
    if (result != RESULT_OK)
        return result;
    bool has_changed = status & STATUS_CONNECT_CHANGED || !((const struct hub *)device->state)->is_known;
    if (child && (has_changed || !(status & STATUS_CONNECTED))) {
        usb_detach(child);
        child = NULL;
    }
    return !child && has_changed && status & STATUS_CONNECTED ? port_attach(device, port, status) : RESULT_OK;
}

bool usb_hub_is_due(const struct usb_device *device)
{
    return device->class == &usb_hub && !device->is_lost &&
           __atomic_load_n(&((const struct hub *)device->state)->has_changed, __ATOMIC_ACQUIRE);
}

void usb_hub_work(struct usb_device *device)
{
    struct hub *hub = device->state;
    char text[USB_NAME_TEXT];

    __atomic_store_n(&hub->has_changed, false, __ATOMIC_RELEASE);
    for (uint32_t port = 1; port <= hub->port_count && !device->is_lost; port++) {
        enum result result = port_look(device, port);
        if (result != RESULT_OK)
            log_warning("usb %s: the hub's port %u: %s", usb_name(device, text), port, result_name(result));
    }
    hub->is_known = true;
}

// Until power is good no device is seen; the hub then reports it as a change.
static enum result ports_power(struct usb_device *device, const struct hub *hub, uint32_t power_good)
{
    enum result result = RESULT_OK;

    for (uint32_t port = 1; port <= hub->port_count && result == RESULT_OK; port++)
        result = feature(device, USB_SET_FEATURE, FEATURE_POWER, port);
    wait_pause(WAIT_MILLISECONDS(2) * power_good); // counted in 2 ms (11.23.2.1)
    return result;
}

static enum result start(struct usb_device *device, struct hub *hub)
{
    const struct usb_endpoint *endpoint = usb_endpoint_find(&device->interface, INTERRUPT, true);
    uint8_t bytes[USB_HUB_LENGTH];
    struct usb_request request = {USB_IN_CLASS_DEVICE, USB_GET_DESCRIPTOR, USB_HUB << 8, 0, sizeof(bytes)};
    enum result result = usb_request(device, request, bytes);

    if (result != RESULT_OK)
        return result;
    hub->port_count = bytes[2] < PORT_LIMIT ? bytes[2] : PORT_LIMIT;
    result = usb_pipes_open(device, &endpoint, 1, hub->port_count);
    if (result == RESULT_OK)
        result = ports_power(device, hub, bytes[5]);
    if (result == RESULT_OK)
        result = usb_pipe_listen(&device->pipes[0], heard);
    return result;
}

// A SuperSpeed hub is left alone: keyboards hang on the USB 2 hub that every one of them is as well.
static enum result attach(struct usb_device *device)
{
    if (device->place.speed >= SPEED_SUPER)
        return RESULT_UNSUPPORTED;
    struct hub *hub = heap_allocate(sizeof(*hub));
    if (!hub)
        return RESULT_NO_MEMORY;
    *hub = (struct hub){.has_changed = true};
    device->state = hub;
    enum result result = start(device, hub);
    if (result != RESULT_OK)
        heap_free(hub);
    return result;
}

// The record stays: a report that was on its way may still be taken.
static void detach(struct usb_device *device) {}

const struct usb_class usb_hub = {"hub", matches, attach, detach};
