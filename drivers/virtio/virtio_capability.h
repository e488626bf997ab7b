// Where a virtio function keeps its registers: the vendor capabilities of Virtio 1.2, 4.1.4. Pure: bytes and BARs in,
// checked values out.
#ifndef DRIVERS_VIRTIO_VIRTIO_CAPABILITY_H
#define DRIVERS_VIRTIO_VIRTIO_CAPABILITY_H

#include "kernel/inventory/device.h"

enum { VIRTIO_CAPABILITY_ID = 0x09, VIRTIO_CAPABILITY_SIZE = 20 };

// cfg_type.
enum virtio_region_kind {
    VIRTIO_REGION_COMMON = 1,
    VIRTIO_REGION_NOTIFY = 2,
    VIRTIO_REGION_ISR = 3,
    VIRTIO_REGION_KIND_COUNT
};

struct virtio_region {
    uint32_t kind; // enum virtio_region_kind; other values exist and mean nothing to this driver
    uint32_t bar;
    uint32_t offset;
    uint32_t length;
    uint32_t notify_multiplier; // VIRTIO_REGION_NOTIFY only
};

// Reads one capability of VIRTIO_CAPABILITY_SIZE bytes. RESULT_TRUNCATED: shorter than its kind must be;
// RESULT_INVALID: no BAR of that number; RESULT_UNSUPPORTED: in an I/O BAR, where this driver uses only doorbells;
// RESULT_OUT_OF_BOUNDS: ends beyond the BAR, or holds no register.
MUST_USE enum result virtio_capability_decode(const uint8_t *bytes, const struct bar *bars,
                                              struct virtio_region *region);

#endif
