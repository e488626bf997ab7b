// Where a virtio function keeps its registers: the vendor capabilities of Virtio 1.2, 4.1.4.

#include "drivers/virtio/virtio_capability.h"
#include "kernel/lib/little_endian.h"

enum {
    FIELD_LENGTH = 2,
    FIELD_KIND = 3,
    FIELD_BAR = 4,
    FIELD_REGION_OFFSET = 8,
    FIELD_REGION_LENGTH = 12,
    FIELD_NOTIFY_MULTIPLIER = 16,
    PLAIN_LENGTH = 16,
    NOTIFY_LENGTH = 20,
};

// The registers this driver touches in each region.
static uint32_t smallest_length(uint32_t kind)
{
    static const uint32_t lengths[VIRTIO_REGION_KIND_COUNT] = {
        [VIRTIO_REGION_COMMON] = 0x38,
        [VIRTIO_REGION_NOTIFY] = 2,
        [VIRTIO_REGION_ISR] = 1,
    };

    return kind < VIRTIO_REGION_KIND_COUNT ? lengths[kind] : 0;
}

enum result virtio_capability_decode(const uint8_t *bytes, const struct bar *bars, struct virtio_region *region)
{
    uint32_t length = bytes[FIELD_LENGTH];

    *region = (struct virtio_region){
        .kind = bytes[FIELD_KIND],
        .bar = bytes[FIELD_BAR],
        .offset = little_endian_read32(bytes + FIELD_REGION_OFFSET),
        .length = little_endian_read32(bytes + FIELD_REGION_LENGTH),
    };
    if (length < (region->kind == VIRTIO_REGION_NOTIFY ? NOTIFY_LENGTH : PLAIN_LENGTH))
        return RESULT_TRUNCATED;
    if (region->kind == VIRTIO_REGION_NOTIFY)
        region->notify_multiplier = little_endian_read32(bytes + FIELD_NOTIFY_MULTIPLIER);
    if (region->bar >= DEVICE_BAR_COUNT || bars[region->bar].kind == BAR_NONE)
        return RESULT_INVALID;
    if (bars[region->bar].kind == BAR_IO && region->kind != VIRTIO_REGION_NOTIFY)
        return RESULT_UNSUPPORTED;
    if (region->length < smallest_length(region->kind) ||
        (uint64_t)region->offset + region->length > bars[region->bar].size)
        return RESULT_OUT_OF_BOUNDS;
    return RESULT_OK;
}
