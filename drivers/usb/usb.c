// USB devices: which are plugged in where, and who drives them.

#include "drivers/usb/usb.h"
#include "arch/mmio.h"
#include "drivers/xhci/xhci_device.h"
#include "drivers/xhci/xhci_registers.h"
#include "kernel/console/keys.h"
#include "kernel/lib/output.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum { DEEPEST = 5 }; // hubs on the way to a device (USB 2.0, 4.1.1)

// One controller.
struct usb_host {
    struct xhci_listener listener;
    struct usb_host *next;
    struct xhci_controller *controller;
    bool has_changed; // a port
};

static struct usb_host *hosts;

static const struct usb_class *const classes[] = {&usb_keyboard, &usb_hub, &usb_storage_class};

char *usb_name(const struct usb_device *device, char text[USB_NAME_TEXT])
{
    char address[DEVICE_ADDRESS_TEXT];
    size_t length = format_text(text, USB_NAME_TEXT, "%s port %u",
                                pci_address_format(device->controller->device->address, address), device->place.port);

    for (uint32_t route = device->place.route; route && length < USB_NAME_TEXT; route >>= 4)
        length += format_text(text + length, USB_NAME_TEXT - length, ".%u", route & 0xf);
    return text;
}

struct usb_device *usb_find(const struct xhci_controller *controller, const struct usb_device *hub, uint32_t port)
{
    struct usb_device *device = controller->devices;

    while (device && (device->hub != hub || device->port != port))
        device = device->next;
    return device;
}

static bool take(struct xhci_listener *listener, const struct xhci_trb *event)
{
    struct usb_host *host = CONTAINER_OF(listener, struct usb_host, listener);
    struct usb_device *device = __atomic_load_n(&host->controller->devices, __ATOMIC_ACQUIRE);

    if (xhci_trb_type(event) == XHCI_TRB_PORT_EVENT) {
        __atomic_store_n(&host->has_changed, true, __ATOMIC_RELEASE);
        return true;
    }
    while (device && !usb_device_take(device, event))
        device = device->next;
    return device;
}

// ---- classes ----

static const struct usb_class *class_for(const struct usb_device *device, const struct usb_interface *interface)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(classes); i++)
        if (classes[i]->matches(device, interface))
            return classes[i];
    return NULL;
}

// The first interface that a class wants; NULL: none.
static const struct usb_class *choose(struct usb_device *device, const uint8_t *bytes, uint32_t length)
{
    const struct usb_class *class = NULL;
    uint32_t at = 0;

    while (!class && usb_interface_next(bytes, length, &at, &device->interface))
        class = class_for(device, &device->interface);
    return class;
}

static enum result read_configuration(struct usb_device *device, uint8_t *bytes, uint32_t *total)
{
    struct usb_request request = {USB_IN_DEVICE, USB_GET_DESCRIPTOR, USB_CONFIGURATION << 8, 0,
                                  USB_CONFIGURATION_LENGTH};
    enum result result = usb_request(device, request, bytes);

    if (result != RESULT_OK)
        return result;
    if (!usb_configuration_read(bytes, USB_CONFIGURATION_LENGTH, total, &device->configuration))
        return RESULT_INVALID;
    if (*total > USB_CONTROL_LENGTH)
        *total = USB_CONTROL_LENGTH;
    request.length = (uint16_t)*total;
    return usb_request(device, request, bytes);
}

static enum result configure(struct usb_device *device)
{
    struct usb_request request = {USB_OUT_DEVICE, USB_SET_CONFIGURATION, device->configuration, 0, 0};

    return usb_request(device, request, NULL);
}

static enum result give_to_class(struct usb_device *device)
{
    static uint8_t bytes[USB_CONTROL_LENGTH];
    uint32_t total;
    enum result result = read_configuration(device, bytes, &total);

    if (result != RESULT_OK)
        return result;
    const struct usb_class *class = choose(device, bytes, total);
    if (!class)
        return RESULT_OK;
    result = configure(device);
    if (result == RESULT_OK)
        result = class->attach(device);
    if (result == RESULT_OK)
        device->class = class;
    return result;
}

// A device that nobody wants, or that cannot be used, stays in the list until it is unplugged.
static void introduce(struct usb_device *device)
{
    char text[USB_NAME_TEXT];
    enum result result = give_to_class(device);

    usb_name(device, text);
    if (result != RESULT_OK)
        log_warning("usb %s: %04x:%04x cannot be used: %s", text, device->facts.vendor, device->facts.product,
                    result_name(result));
    else
        log_info("usb %s: %04x:%04x, %s", text, device->facts.vendor, device->facts.product,
                 device->class ? device->class->name : "no driver");
}

void usb_attach(struct xhci_controller *controller, struct usb_device *hub, uint32_t port, uint32_t speed)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct usb_device *device;

    pci_address_format(controller->device->address, text);
    if (hub && hub->depth + 1 > DEEPEST) {
        log_warning("usb %s: a device behind more than %u hubs is left alone", text, (unsigned)DEEPEST);
        return;
    }
    enum result result = usb_device_create(controller, hub, port, speed, &device);
    if (result == RESULT_OK)
        introduce(device);
    else
        log_warning("usb %s: %sport %u: the device there takes no address: %s", text, hub ? "a hub's " : "", port,
                    result_name(result));
}

void usb_detach(struct usb_device *device)
{
    struct xhci_controller *controller = device->controller;
    struct usb_device *other = controller->devices;
    char text[USB_NAME_TEXT];

    while (other) {
        if (other->hub != device) {
            other = other->next;
            continue;
        }
        usb_detach(other);
        other = controller->devices;
    }
    if (device->class)
        device->class->detach(device);
    log_info("usb %s: unplugged", usb_name(device, text));
    usb_device_destroy(device);
}

// ---- the root hub's ports ----

// Change bits are cleared before the rest is read: a change after that raises another event.
static uint32_t port_take_changes(struct xhci_controller *controller, uint32_t port)
{
    volatile void *registers = xhci_controller_port(controller, port);
    uint32_t status = mmio_read32(registers), changes = status & (uint32_t)XHCI_PORTSC_CHANGES;

    if (changes)
        mmio_write32(registers, (status & (uint32_t)XHCI_PORTSC_KEPT) | changes);
    return changes;
}

static void port_attach(struct xhci_controller *controller, uint32_t port)
{
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = xhci_device_enable_port(controller, port);
    uint32_t status = mmio_read32(xhci_controller_port(controller, port));

    if (result == RESULT_OK)
        usb_attach(controller, NULL, port, (uint32_t)FIELD_GET(XHCI_PORTSC_SPEED, status));
    else
        log_warning("usb %s: port %u does not become enabled: %s",
                    pci_address_format(controller->device->address, text), port, result_name(result));
}

// After the start only a port whose connection changed gets another try.
static void ports_look(struct xhci_controller *controller, bool is_start)
{
    for (uint32_t port = 1; port <= controller->port_count && !controller->failed; port++) {
        uint32_t changes = port_take_changes(controller, port);
        bool has_changed = changes & XHCI_PORTSC_CONNECT_CHANGED;
        bool is_connected = mmio_read32(xhci_controller_port(controller, port)) & XHCI_PORTSC_CONNECTED;
        struct usb_device *device = usb_find(controller, NULL, port);
        if (device && !is_start && (has_changed || !is_connected)) {
            usb_detach(device);
            device = NULL;
        }
        if (!device && is_connected && (has_changed || is_start))
            port_attach(controller, port);
    }
}

static void hubs_look(struct xhci_controller *controller)
{
    for (struct usb_device *device = controller->devices; device; device = device->next) {
        if (!usb_hub_is_due(device))
            continue;
        usb_hub_work(device);
        device = controller->devices; // the list has changed
    }
}

static bool host_is_due(const struct usb_host *host)
{
    if (host->controller->failed)
        return false;
    if (__atomic_load_n(&host->has_changed, __ATOMIC_ACQUIRE))
        return true;
    for (const struct usb_device *device = host->controller->devices; device; device = device->next)
        if (usb_hub_is_due(device))
            return true;
    return false;
}

static bool is_due(void)
{
    for (const struct usb_host *host = hosts; host; host = host->next)
        if (host_is_due(host))
            return true;
    return false;
}

static void work(void)
{
    for (struct usb_host *host = hosts; host; host = host->next) {
        if (__atomic_exchange_n(&host->has_changed, false, __ATOMIC_ACQ_REL))
            ports_look(host->controller, false);
        hubs_look(host->controller);
    }
}

static const struct keys_work ports_work = {is_due, work, false};

static void adopt(struct xhci_controller *controller)
{
    uint32_t status = mmio_read32(xhci_controller_port(controller, controller->port));
    uint32_t speed = (uint32_t)FIELD_GET(XHCI_PORTSC_SPEED, status);
    struct usb_device *device;

    if (usb_device_adopt(controller, speed, &device) == RESULT_OK)
        introduce(device);
}

void usb_start(struct xhci_controller *controller)
{
    struct usb_host *host = heap_allocate(sizeof(*host));

    if (!host)
        return;
    *host = (struct usb_host){.listener.take = take, .controller = controller, .next = hosts};
    if (!hosts)
        keys_attach_work(&ports_work);
    hosts = host;
    controller->device_interrupter = controller->interrupter_count - 1;
    __atomic_store_n(&controller->listener, &host->listener, __ATOMIC_RELEASE);
    if (controller->slot)
        adopt(controller);
    ports_look(controller, true);
    hubs_look(controller);
}
