// Virtio over PCI, the modern transport: Virtio 1.2, 3.1 initialisation and 4.1. All PASSIVE unless a line says more.
#ifndef DRIVERS_VIRTIO_VIRTIO_PCI_H
#define DRIVERS_VIRTIO_VIRTIO_PCI_H

#include "drivers/virtio/virtqueue.h"
#include "kernel/inventory/device.h"

enum { VIRTIO_PCI_VENDOR = 0x1af4 };

struct virtio_pci {
    struct device *device;
    volatile uint8_t *common;
    volatile uint8_t *notify;
    volatile uint8_t *isr;
    uint16_t notify_port;   // instead of `notify`, where the device prefers its doorbells in an I/O BAR
    uint32_t notify_length; // of either; 0: not found
    uint32_t notify_multiplier;
};

// Finds and maps the registers, then resets the device, which ends its use of the firmware's queues.
// RESULT_UNSUPPORTED: no complete set of modern registers; RESULT_TIMEOUT, RESULT_GONE. Logged.
MUST_USE enum result virtio_pci_open(struct virtio_pci *transport, struct device *device);

// Acknowledges the device and agrees on Virtio 1 without any feature of the device's kind. RESULT_UNSUPPORTED, logged.
MUST_USE enum result virtio_pci_negotiate(const struct virtio_pci *transport);

// Names the MSI-X message of configuration changes. RESULT_MISMATCH, logged, when the device has no room for it.
MUST_USE enum result virtio_pci_set_config_message(const struct virtio_pci *transport, uint32_t message);

// The doorbell of one queue.
struct virtio_doorbell {
    volatile void *address; // NULL: it is a port
    uint16_t port;
    uint32_t queue;
};

// Sets queue `index` up in the zeroed page `memory` and enables it. With `message` its completions come as that MSI-X
// message, with NULL as the line. RESULT_NOT_FOUND (no such queue), RESULT_MISMATCH (no room for the message),
// RESULT_OUT_OF_BOUNDS (its doorbell lies outside the registers). Logged.
MUST_USE enum result virtio_pci_start_queue(const struct virtio_pci *transport, uint32_t index, struct physical memory,
                                            const uint32_t *message, struct virtqueue *queue,
                                            struct virtio_doorbell *doorbell);

// The device may work from here on.
void virtio_pci_set_ready(const struct virtio_pci *transport);

// Tells the device that the queue has new requests. Any IRQL.
void virtio_pci_kick(const struct virtio_doorbell *doorbell);

// Reads and so clears the line interrupt's cause: bit 0 queue, bit 1 configuration. Any IRQL.
uint8_t virtio_pci_read_cause(const struct virtio_pci *transport);

// Resets the device. RESULT_TIMEOUT, RESULT_GONE; logged.
MUST_USE enum result virtio_pci_reset(const struct virtio_pci *transport);

#endif
