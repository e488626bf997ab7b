// The controller: registers, bring-up, its rings, and commands that are waited for (xHCI specification 1.2, 4.2).
// Everything here is PASSIVE except xhci_controller_serve().
#ifndef DRIVERS_XHCI_XHCI_CONTROLLER_H
#define DRIVERS_XHCI_XHCI_CONTROLLER_H

#include "drivers/gate.h"
#include "drivers/xhci/xhci_events.h"
#include "drivers/xhci/xhci_memory.h"
#include "kernel/inventory/device.h"

enum { XHCI_INTERRUPTER_COUNT = 16 }; // at most

struct xhci_interrupter {
    struct xhci_events events;
    struct gate gate;
    volatile uint8_t *registers;
};

struct xhci_controller {
    struct device *device;
    volatile uint8_t *registers; // BAR 0, and where three of its parts begin
    volatile uint8_t *operational;
    volatile uint8_t *runtime;
    volatile uint8_t *doorbells;
    uint32_t port_count;
    uint32_t context_stride;    // bytes
    uint32_t scratch_pages;     // that the controller wants for itself
    uint64_t address_limit;     // of memory it reaches; 0: all
    uint32_t interrupter_limit; // as many as it has, and as there is room for
    uint32_t interrupter_count; // in use
    bool is_line;               // message 0 stands for a level: it must be taken back by hand
    bool failed;                // taken down after a time-out, for good
    uint32_t slot;              // of the one device with an address, 0 while there is none
    uint32_t port;              // and the port it sits at
    struct xhci_memory memory;
    struct xhci_ring commands;
    struct xhci_ring transfers; // the device's endpoint 0
    struct xhci_interrupter interrupters[XHCI_INTERRUPTER_COUNT];
};

// Maps the registers, checks what this driver needs, takes the controller from the firmware, halts and resets it.
MUST_USE enum result xhci_controller_open(struct xhci_controller *controller, struct device *device);

// Gives it its memory and one event ring an interrupter, and lets it run. From here on events interrupt.
MUST_USE enum result xhci_controller_run(struct xhci_controller *controller, uint32_t interrupters, bool is_line);

// Sends a command and waits for its event, which only message 0 brings; *slot is the slot it names. RESULT_FAILED when
// it completes with another code than success, RESULT_TIMEOUT when no message came, RESULT_BUSY when the ring is full,
// RESULT_GONE after the controller was taken down: a command that never ends leaves memory open to it.
MUST_USE enum result xhci_controller_command(struct xhci_controller *controller, const struct xhci_trb *command,
                                             uint32_t *slot);

// Rings a doorbell: what was submitted before is in memory by then.
void xhci_controller_ring(const struct xhci_controller *controller, uint32_t doorbell, uint32_t target);

// Waits, at most 20 ms, until interrupter `index` has nothing in service: an event that is added while it has sends no
// message of its own (4.17.2). A masked message never gets there, so running out of time is no error.
void xhci_controller_settle(const struct xhci_controller *controller, uint32_t index);

// Takes the events of one interrupter; false when there were none. Any IRQL.
bool xhci_controller_serve(struct xhci_controller *controller, uint32_t index);

// The PORTSC register of a port, counted from 1.
volatile void *xhci_controller_port(const struct xhci_controller *controller, uint32_t port);

// Halts the controller for good; it keeps its memory.
void xhci_controller_halt(struct xhci_controller *controller);

// Gives back all memory. The controller is halted and its messages are disconnected.
void xhci_controller_release(struct xhci_controller *controller);

#endif
