// A split virtqueue: Virtio 1.2, 2.7. Every request is one buffer.

#include "drivers/virtio/virtqueue.h"

#define DESCRIPTOR_DEVICE_WRITES BIT(1)

void virtqueue_start(struct virtqueue *queue, void *memory, uint32_t size)
{
    uint8_t *bytes = memory;

    *queue = (struct virtqueue){
        .descriptors = (struct virtqueue_descriptor *)bytes,
        .available = (struct virtqueue_available *)(bytes + VIRTQUEUE_AVAILABLE_OFFSET),
        .used = (struct virtqueue_used *)(bytes + VIRTQUEUE_USED_OFFSET),
        .size = size,
    };
}

enum result virtqueue_find_free(const struct virtqueue *queue, uint32_t *id)
{
    uint32_t busy = __atomic_load_n(&queue->busy, __ATOMIC_ACQUIRE);

    for (*id = 0; *id < queue->size; ++*id)
        if (!(busy & BIT(*id)))
            return RESULT_OK;
    return RESULT_BUSY;
}

// Descriptor, ring entry, used_event, index, in this order: the device may read as soon as the index has moved.
void virtqueue_submit(struct virtqueue *queue, uint32_t id, struct physical buffer, uint32_t length)
{
    uint16_t index = queue->available->index;

    queue->descriptors[id] =
        (struct virtqueue_descriptor){.address = buffer.address, .length = length, .flags = DESCRIPTOR_DEVICE_WRITES};
    __atomic_fetch_or(&queue->busy, (uint32_t)BIT(id), __ATOMIC_RELAXED);
    queue->available->ring[index % queue->size] = (uint16_t)id;
    queue->available->ring[queue->size] = index;
    __atomic_store_n(&queue->available->index, (uint16_t)(index + 1), __ATOMIC_RELEASE);
    // The device may be asleep: the notification must not overtake the index (2.7.13.4).
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

// Strays are skipped for at most one turn of the ring, which bounds the loop with a faulty device.
bool virtqueue_take(struct virtqueue *queue, uint32_t *id, uint32_t *length)
{
    for (uint32_t turn = 0; turn < queue->size; turn++) {
        if (__atomic_load_n(&queue->used->index, __ATOMIC_ACQUIRE) == queue->taken)
            return false;
        const struct virtqueue_used_element *element = &queue->used->ring[queue->taken++ % queue->size];
        *id = __atomic_load_n(&element->id, __ATOMIC_RELAXED);
        *length = __atomic_load_n(&element->length, __ATOMIC_RELAXED);
        if (*id < queue->size && (__atomic_load_n(&queue->busy, __ATOMIC_ACQUIRE) & BIT(*id))) {
            __atomic_fetch_and(&queue->busy, ~(uint32_t)BIT(*id), __ATOMIC_RELEASE);
            return true;
        }
        queue->strays++;
    }
    return false;
}

bool virtqueue_is_empty(const struct virtqueue *queue)
{
    return __atomic_load_n(&queue->busy, __ATOMIC_ACQUIRE) == 0;
}

bool virtqueue_is_idle(const struct virtqueue *queue)
{
    return __atomic_load_n(&queue->used->index, __ATOMIC_ACQUIRE) == queue->available->index;
}
