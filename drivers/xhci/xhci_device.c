// The one USB device whose answers reach interrupters other than 0.

#include "drivers/xhci/xhci_device.h"
#include "arch/mmio.h"
#include "drivers/xhci/xhci_context.h"
#include "drivers/xhci/xhci_registers.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/log.h"

#define STEP             WAIT_MILLISECONDS(1)
#define CONNECT_STEPS    500 // after the controller's reset a device needs a moment to be seen
#define RESET_STEPS      1000
#define RESET_RECOVERY   WAIT_MILLISECONDS(10) // USB 2.0, 7.1.7.5
#define ADDRESS_RECOVERY WAIT_MILLISECONDS(2)  // USB 2.0, 9.2.6.3

static uint32_t port_status(const struct xhci_controller *controller, uint32_t port)
{
    return mmio_read32(xhci_controller_port(controller, port));
}

static bool port_is_connected(const struct xhci_controller *controller, uint32_t port)
{
    return port_status(controller, port) & XHCI_PORTSC_CONNECTED;
}

static bool any_port_is_connected(const struct xhci_controller *controller)
{
    for (uint32_t port = 1; port <= controller->port_count; port++)
        if (port_is_connected(controller, port))
            return true;
    return false;
}

static bool await_connection(const struct xhci_controller *controller)
{
    for (uint32_t step = 0; step < CONNECT_STEPS; step++) {
        if (any_port_is_connected(controller))
            return true;
        wait_pause(STEP);
    }
    return false;
}

// A SuperSpeed port has trained and enabled itself; the others are enabled by a reset. Of PORTSC only the plain bits
// are written back: a 1 elsewhere would disable the port or clear a change bit.
enum result xhci_device_enable_port(const struct xhci_controller *controller, uint32_t port)
{
    uint32_t status = port_status(controller, port);

    if (status & XHCI_PORTSC_ENABLED)
        return RESULT_OK;
    mmio_write32(xhci_controller_port(controller, port), (uint32_t)((status & XHCI_PORTSC_KEPT) | XHCI_PORTSC_RESET));
    for (uint32_t step = 0; step < RESET_STEPS; step++) {
        status = port_status(controller, port);
        if ((status & (XHCI_PORTSC_ENABLED | XHCI_PORTSC_RESET)) == XHCI_PORTSC_ENABLED) {
            wait_pause(RESET_RECOVERY);
            return RESULT_OK;
        }
        wait_pause(STEP);
    }
    return RESULT_TIMEOUT;
}

static enum result address_device(struct xhci_controller *controller, uint32_t slot, uint32_t port)
{
    const struct xhci_memory *memory = &controller->memory;
    struct xhci_place place = {
        .port = port,
        .speed = (uint32_t)FIELD_GET(XHCI_PORTSC_SPEED, port_status(controller, port)),
        .transfers = xhci_memory_physical(memory, XHCI_MEMORY_TRANSFERS),
    };
    struct xhci_trb command = xhci_trb_address_device(slot, xhci_memory_physical(memory, XHCI_MEMORY_INPUT));
    uint32_t ignored;

    xhci_context_fill(xhci_memory_pointer(memory, XHCI_MEMORY_INPUT), controller->context_stride, &place);
    enum result result = xhci_controller_command(controller, &command, &ignored);
    wait_pause(ADDRESS_RECOVERY);
    return result;
}

static enum result try_port(struct xhci_controller *controller, uint32_t slot, uint32_t port)
{
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = xhci_device_enable_port(controller, port);

    if (result == RESULT_OK)
        result = address_device(controller, slot, port);
    if (result == RESULT_OK) {
        controller->slot = slot;
        controller->port = port;
    } else {
        log_warning("xhci %s: port %u: the device there takes no address: %s",
                    pci_address_format(controller->device->address, text), port, result_name(result));
    }
    return result;
}

// A slot whose Address Device failed stays enabled and can be used again (4.6.5).
enum result xhci_device_attach(struct xhci_controller *controller)
{
    struct xhci_trb command = xhci_trb_enable_slot();
    uint32_t slot;

    if (!await_connection(controller))
        return RESULT_NOT_FOUND;
    enum result result = xhci_controller_command(controller, &command, &slot);
    if (result != RESULT_OK)
        return result;
    // Only one slot is enabled, so its number must be 1; doorbells of others may lie outside the registers.
    if (slot != 1)
        return RESULT_OUT_OF_BOUNDS;
    result = RESULT_NOT_FOUND;
    for (uint32_t port = 1; port <= controller->port_count && result != RESULT_OK && !controller->failed; port++)
        if (port_is_connected(controller, port))
            result = try_port(controller, slot, port);
    return result;
}

const char *xhci_device_refusal(const struct xhci_controller *controller)
{
    const uint64_t present = XHCI_PORTSC_CONNECTED | XHCI_PORTSC_ENABLED;

    if (controller->slot == 0)
        return "the USB device of the start-up is not there";
    if (__atomic_load_n(&controller->transfers.failures, __ATOMIC_RELAXED))
        return "the USB device has refused a transfer";
    if ((port_status(controller, controller->port) & present) != present)
        return "the USB device is gone";
    return NULL;
}

enum result xhci_device_put(struct xhci_controller *controller, uint32_t interrupter)
{
    struct xhci_trb stages[XHCI_STATUS_STAGES];
    uint32_t index;

    xhci_trb_get_status(stages, xhci_memory_physical(&controller->memory, XHCI_MEMORY_STATUS), interrupter);
    return xhci_ring_submit(&controller->transfers, stages, XHCI_DESCRIPTOR_SHOT, &index);
}
