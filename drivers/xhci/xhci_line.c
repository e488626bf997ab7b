// The controller's interrupt line before the driver is started: brought up for it, with one interrupter.

#include "drivers/xhci/xhci_line.h"
#include "arch/mmio.h"
#include "drivers/pci/pci.h"
#include "drivers/xhci/xhci_controller.h"
#include "drivers/xhci/xhci_registers.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/heap.h"

#define EVENT_BOUND WAIT_MILLISECONDS(100)

// Without Interrupter Enable no event asserts the line, a port's included (5.4.1).
static void interrupts_enable(const struct xhci_controller *controller, bool on)
{
    mmio_write32(controller->operational + XHCI_USBCMD,
                 (uint32_t)(XHCI_USBCMD_RUN | (on ? XHCI_USBCMD_INTERRUPT_ENABLE : 0)));
    (void)mmio_read32(controller->operational + XHCI_USBSTS);
}

static enum result bring_up(struct device *device)
{
    struct xhci_controller *controller = heap_allocate(sizeof(*controller));

    if (!controller)
        return RESULT_NO_MEMORY;
    device->driver_state = controller;
    enum result result = xhci_controller_open(controller, device);
    if (result == RESULT_OK) {
        pci_bus_master(device, true);
        result = xhci_controller_run(controller, 1, true);
    }
    if (result != RESULT_OK)
        xhci_line_end(device);
    return result;
}

static enum result fire(struct xhci_controller *controller)
{
    struct xhci_trb command = xhci_trb_no_op();
    uint32_t index;
    enum result result = xhci_ring_submit(&controller->commands, &command, XHCI_DESCRIPTOR_SHOT, &index);

    if (result == RESULT_OK)
        xhci_controller_ring(controller, XHCI_DOORBELL_COMMAND, 0);
    return result;
}

static bool is_served(void *context)
{
    struct xhci_controller *controller = context;

    (void)xhci_controller_serve(controller, 0);
    return xhci_ring_is_free(&controller->commands);
}

enum result xhci_line_assert(struct device *device, bool on)
{
    enum result result = device->driver_state || !on ? RESULT_OK : bring_up(device);
    struct xhci_controller *controller = device->driver_state;

    if (result != RESULT_OK || !controller)
        return result;
    if (on) {
        interrupts_enable(controller, true);
        return fire(controller);
    }
    result = wait_until(is_served, controller, EVENT_BOUND);
    interrupts_enable(controller, false);
    return result;
}

void xhci_line_end(struct device *device)
{
    struct xhci_controller *controller = device->driver_state;

    if (!controller)
        return;
    xhci_controller_halt(controller);
    pci_bus_master(device, false);
    xhci_controller_release(controller);
    heap_free(controller);
    device->driver_state = NULL;
}
