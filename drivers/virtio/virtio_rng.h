// The virtio entropy device (Virtio 1.2, 5.4): random bytes by interrupt.
#ifndef DRIVERS_VIRTIO_VIRTIO_RNG_H
#define DRIVERS_VIRTIO_VIRTIO_RNG_H

#include "kernel/inventory/driver.h"

// Message 0 is configuration change and cannot be fired; message 1 is request completion and is fired by a request of a
// few bytes. With a single message both share it, and it is fired like message 1.
extern const struct driver virtio_rng_driver;

#endif
