// The controller: registers, bring-up, its rings, and commands that are waited for (xHCI specification 1.2, 4.2).
// Everything here is PASSIVE except xhci_controller_serve().
#ifndef DRIVERS_XHCI_XHCI_CONTROLLER_H
#define DRIVERS_XHCI_XHCI_CONTROLLER_H

#include "drivers/gate.h"
#include "drivers/xhci/xhci_events.h"
#include "drivers/xhci/xhci_memory.h"
#include "drivers/xhci/xhci_registers.h"
#include "kernel/inventory/device.h"

enum { XHCI_INTERRUPTER_COUNT = 16 }; // at most

struct usb_device;

struct xhci_interrupter {
    struct xhci_events events;
    struct gate gate;
    volatile uint8_t *registers;
};

struct xhci_controller {
    struct device *device;
    volatile uint8_t *registers; // BAR 0, and the starts of three register sets in it
    volatile uint8_t *operational;
    volatile uint8_t *runtime;
    volatile uint8_t *doorbells;
    uint32_t port_count;
    uint32_t context_stride;        // bytes
    uint32_t scratch_pages;         // scratchpad pages the controller asks for
    uint64_t address_limit;         // of memory it reaches; 0: all
    uint32_t interrupter_limit;     // the smaller of the controller's and XHCI_INTERRUPTER_COUNT
    uint32_t interrupter_count;     // in use
    bool is_line;                   // message 0 is the line: the service routine must clear the pending bits
    bool failed;                    // taken down after a time-out, for good
    uint32_t slot_count;            // that may be enabled
    struct usb_device *devices;     // behind it (drivers/usb/usb_device.h)
    struct xhci_listener *listener; // of the USB devices' events; NULL: none
    uint32_t device_interrupter;    // where they go
    bool has_listening;             // an endpoint speaks unasked there
    uint32_t slot;                  // of the addressed device; 0: none
    uint32_t port;                  // its port
    struct xhci_memory memory;
    struct xhci_ring commands;
    struct xhci_ring transfers; // the device's endpoint 0
    struct xhci_interrupter interrupters[XHCI_INTERRUPTER_COUNT];
};

// Maps the registers, checks what this driver needs, takes the controller from the firmware, halts and resets it.
MUST_USE enum result xhci_controller_open(struct xhci_controller *controller, struct device *device);

// Allocates its memory and one event ring per interrupter, and starts it. From here on events interrupt.
MUST_USE enum result xhci_controller_run(struct xhci_controller *controller, uint32_t interrupters, bool is_line);

// Sends a command and waits for its event by message 0; *slot is the event's slot. RESULT_FAILED: a completion code
// other than success. RESULT_TIMEOUT: no message came; the controller is halted, or else it could still write to the
// command's memory. RESULT_BUSY: the ring is full. RESULT_GONE: the controller was halted before.
MUST_USE enum result xhci_controller_command(struct xhci_controller *controller, const struct xhci_trb *command,
                                             uint32_t *slot);

// The register of a doorbell, for a store after all earlier ones to the rings.
static inline volatile void *xhci_controller_doorbell(const struct xhci_controller *controller, uint32_t doorbell)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
    return controller->doorbells + (size_t)doorbell * XHCI_DOORBELL_STRIDE;
}

// Rings a doorbell, after all earlier stores to the rings.
void xhci_controller_ring(const struct xhci_controller *controller, uint32_t doorbell, uint32_t target);

// Has interrupter `index` events that are not served yet? Another one that is added meanwhile sends no message of its
// own (4.17.2).
bool xhci_controller_is_serving(const struct xhci_controller *controller, uint32_t index);

// Takes the events of one interrupter; false when there were none. Any IRQL.
bool xhci_controller_serve(struct xhci_controller *controller, uint32_t index);

// The PORTSC register of a port, counted from 1.
volatile void *xhci_controller_port(const struct xhci_controller *controller, uint32_t port);

// Halts the controller for good; it keeps its memory.
void xhci_controller_halt(struct xhci_controller *controller);

// Frees all memory. The controller is halted and its messages are disconnected.
void xhci_controller_release(struct xhci_controller *controller);

#endif
