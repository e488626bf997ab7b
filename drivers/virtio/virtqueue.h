// A split virtqueue: Virtio 1.2, 2.7. Every request is one buffer. Touches only memory.
#ifndef DRIVERS_VIRTIO_VIRTQUEUE_H
#define DRIVERS_VIRTIO_VIRTQUEUE_H

#include "kernel/lib/result.h"

enum { VIRTQUEUE_SIZE = 8 }; // at most, and a power of two: the whole queue fits into a page

// The three parts in one page, each aligned as the device wants it.
enum { VIRTQUEUE_AVAILABLE_OFFSET = 256, VIRTQUEUE_USED_OFFSET = 512 };

struct virtqueue_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};
_Static_assert(sizeof(struct virtqueue_descriptor) == 16, "wire size");

struct virtqueue_available {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[VIRTQUEUE_SIZE + 1]; // the element after the last is used_event
};

struct virtqueue_used_element {
    uint32_t id;
    uint32_t length;
};

struct virtqueue_used {
    uint16_t flags;
    uint16_t index;
    struct virtqueue_used_element ring[VIRTQUEUE_SIZE];
};
_Static_assert(VIRTQUEUE_SIZE * sizeof(struct virtqueue_descriptor) <= VIRTQUEUE_AVAILABLE_OFFSET, "parts overlap");
_Static_assert(VIRTQUEUE_AVAILABLE_OFFSET + sizeof(struct virtqueue_available) <= VIRTQUEUE_USED_OFFSET,
               "parts overlap");

struct virtqueue {
    struct virtqueue_descriptor *descriptors;
    struct virtqueue_available *available;
    struct virtqueue_used *used;
    uint32_t size;
    uint32_t busy;   // a bit per descriptor the device owns; shared by submitter and service routine
    uint16_t taken;  // used elements taken so far, as the device counts them
    uint32_t strays; // used elements that name no descriptor in flight
};

// `memory` is a zeroed page; `size` a power of two up to VIRTQUEUE_SIZE.
void virtqueue_start(struct virtqueue *queue, void *memory, uint32_t size);

// The lowest descriptor that is not in flight; RESULT_BUSY when all are.
MUST_USE enum result virtqueue_find_free(const struct virtqueue *queue, uint32_t *id);

// Offers one buffer for the device to write to, through a free descriptor, which names the request from now on. The
// device must be notified afterwards. Where VIRTIO_F_EVENT_IDX was agreed on, the device interrupts once, when
// everything submitted up to here is finished. One submitter at a time.
void virtqueue_submit(struct virtqueue *queue, uint32_t id, struct physical buffer, uint32_t length);

// Takes the next request the device has finished, false when there is none. *length is how many bytes it wrote. Used
// elements with an invalid ID are counted as strays and skipped. Any IRQL, one caller at a time.
bool virtqueue_take(struct virtqueue *queue, uint32_t *id, uint32_t *length);

// Has everything that was submitted been taken back?
bool virtqueue_is_empty(const struct virtqueue *queue);

// Has the device finished everything that was submitted? Taken or not.
bool virtqueue_is_idle(const struct virtqueue *queue);

#endif
