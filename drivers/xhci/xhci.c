// USB host controllers with the xHCI interface: one interrupter a message.

#include "drivers/xhci/xhci.h"
#include "arch/mmio.h"
#include "drivers/exercise.h"
#include "drivers/pci/pci.h"
#include "drivers/usb/usb.h"
#include "drivers/usb/usb_storage.h"
#include "drivers/xhci/xhci_controller.h"
#include "drivers/xhci/xhci_device.h"
#include "drivers/xhci/xhci_line.h"
#include "drivers/xhci/xhci_registers.h"
#include "kernel/core/irq.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum { XHCI_CLASS_CODE = 0x0c0330, XHCI_SELFTEST_SHOTS = 3 };

// Message k is that of interrupter k.
static bool xhci_service(const struct interrupt *self)
{
    return xhci_controller_serve(self->context, self->message_id);
}

static bool xhci_matches(const struct device *device)
{
    return device->class_code == XHCI_CLASS_CODE;
}

static enum result connect_messages(struct xhci_controller *controller, struct irq_grant *grant)
{
    struct irq_request request = {
        .device = &controller->device->irq,
        .routine = xhci_service,
        .context = controller,
        .minimum = 1,
        .maximum = controller->interrupter_limit,
    };

    return irq_connect(&request, grant);
}

// Without a USB device, or with one that cannot be used, the controller still has message 0.
static enum result bring_up(struct xhci_controller *controller, struct device *device)
{
    struct irq_grant grant;
    enum result result = xhci_controller_open(controller, device);

    if (result == RESULT_OK)
        result = connect_messages(controller, &grant);
    if (result == RESULT_OK)
        result = xhci_controller_run(controller, grant.messages->message_count,
                                     grant.messages->source->kind == MESSAGE_LINE);
    if (result == RESULT_OK && xhci_device_attach(controller) != RESULT_OK && controller->failed)
        result = RESULT_TIMEOUT;
    return result;
}

// The controller is halted before its messages go and before its memory does.
static void shut_down(struct xhci_controller *controller, struct device *device)
{
    xhci_controller_halt(controller);
    pci_bus_master(device, false);
    if (device->irq.messages)
        irq_disconnect(device->irq.messages);
    xhci_controller_release(controller);
    heap_free(controller);
}

static enum result xhci_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];

    xhci_line_end(device);
    struct xhci_controller *controller = heap_allocate(sizeof(*controller));
    if (!controller)
        return RESULT_NO_MEMORY;
    enum result result = bring_up(controller, device);
    if (result != RESULT_OK) {
        shut_down(controller, device);
        return result;
    }
    device->driver_state = controller;
    pci_address_format(device->address, text);
    if (controller->slot)
        log_info("xhci %s: %u messages, all fired by asking the device at port %u", text, controller->interrupter_count,
                 controller->port);
    else
        log_info("xhci %s: %u messages, only message 0 can be fired: no USB device", text,
                 controller->interrupter_count);
    usb_start(controller);
    return RESULT_OK;
}

// NULL when the message can be fired.
static const char *refusal_of(const struct device *device, uint32_t index)
{
    const struct xhci_controller *controller = device->driver_state;

    if (!controller || controller->failed)
        return "the controller is halted";
    if (index >= controller->interrupter_count)
        return "no interrupter has it";
    if (index && index == controller->device_interrupter && controller->has_listening)
        return "USB devices use it unasked";
    return index == 0 ? NULL : xhci_device_refusal(controller);
}

static bool xhci_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return refusal_of(device, index) == NULL;
}

static enum result put_no_op(struct xhci_controller *controller)
{
    struct xhci_trb command = xhci_trb_no_op();
    uint32_t index;

    return xhci_ring_submit(&controller->commands, &command, XHCI_DESCRIPTOR_SHOT, &index);
}

// The last shot must be served first; of a masked message it waits at the device, and one more is no more.
static enum result xhci_prepare(struct device *device, uint32_t index, struct driver_doorbell *doorbell)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct xhci_controller *controller = device->driver_state;
    const char *refusal = refusal_of(device, index);

    pci_address_format(device->address, text);
    if (refusal) {
        log_warning("xhci %s: message %u cannot be fired: %s", text, index, refusal);
        return RESULT_UNSUPPORTED;
    }
    if (xhci_controller_is_serving(controller, index) && !message_find(&device->irq, index)->masked)
        return RESULT_BUSY;
    enum result result = index ? xhci_device_put(controller, index) : put_no_op(controller);
    uint32_t slot = index ? controller->slot : XHCI_DOORBELL_COMMAND;
    *doorbell = (struct driver_doorbell){(void *)xhci_controller_doorbell(controller, slot),
                                         index ? XHCI_DOORBELL_CONTROL_ENDPOINT : 0};
    return result;
}

static enum result xhci_fire(struct device *device, uint32_t index)
{
    struct driver_doorbell doorbell;
    enum result result = xhci_prepare(device, index, &doorbell);

    if (result == RESULT_OK)
        mmio_write32(doorbell.address, doorbell.value);
    return result;
}

static enum result check_rings(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    const struct xhci_controller *controller = device->driver_state;
    uint32_t strays = 0;

    for (uint32_t i = 0; i < controller->interrupter_count; i++)
        strays += controller->interrupters[i].events.strays;
    if (strays == 0 && controller->commands.failures == 0 && controller->transfers.failures == 0)
        return RESULT_OK;
    output_format(out, "xhci %s: %u events of nothing in flight, %u commands and %u transfers failed, 0 expected\n",
                  pci_address_format(device->address, text), strays, controller->commands.failures,
                  controller->transfers.failures);
    return RESULT_FAILED;
}

static enum result xhci_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t fired;
    enum result result = exercise_all(device, XHCI_SELFTEST_SHOTS, out, &fired);

    if (result == RESULT_OK)
        result = check_rings(device, out);
    if (result == RESULT_OK)
        output_format(out, "xhci %s: %u of %u messages, %u shots each, every shot arrived once\n",
                      pci_address_format(device->address, text), fired, device->irq.messages->message_count,
                      XHCI_SELFTEST_SHOTS);
    return result;
}

// Of the first stick or disk behind the controller.
static enum result xhci_read_block(struct device *device, uint64_t block, void *buffer)
{
    struct usb_storage *storage = usb_storage_behind(device->driver_state);

    if (!storage)
        return RESULT_NOT_FOUND;
    uint32_t count = DRIVER_BLOCK_SIZE / usb_storage_block_size(storage);
    if (block >= usb_storage_blocks(storage) / count)
        return RESULT_OUT_OF_BOUNDS;
    return usb_storage_read(storage, block * count, count, buffer);
}

const struct driver xhci_driver = {
    .name = "xhci",
    .matches = xhci_matches,
    .start = xhci_start,
    .fire = xhci_fire,
    .prepare = xhci_prepare,
    .can_fire = xhci_can_fire,
    .assert_line = xhci_line_assert,
    .selftest = xhci_selftest,
    .read_block = xhci_read_block,
};
