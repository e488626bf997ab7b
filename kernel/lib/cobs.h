// Consistent overhead byte stuffing (S. Cheshire, M. Baker, 1999): encodes bytes without using zero, so that a zero can
// separate frames. Pure.
#ifndef KERNEL_LIB_COBS_H
#define KERNEL_LIB_COBS_H

#include "kernel/lib/types.h"

enum { COBS_RUN = 254 }; // most bytes after one code byte
#define COBS_SIZE(length) ((length) + (length) / COBS_RUN + 1)

// Writes at most COBS_SIZE(length) bytes, none of them zero, and returns their number.
size_t cobs_encode(const uint8_t *bytes, size_t length, uint8_t *encoded);

#endif
