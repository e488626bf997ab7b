// Binary packets in a console session: a zero, COBS of (type, payload, CRC-32 little endian), a zero. Text between
// frames contains no zero, so after damage a reader resumes at the next zero. Pure.
#ifndef KERNEL_LIB_FRAME_H
#define KERNEL_LIB_FRAME_H

#include "kernel/lib/cobs.h"

enum { FRAME_METADATA = 1, FRAME_PACKET = 2 };
enum { FRAME_PAYLOAD = 4096, FRAME_BODY = 1 + FRAME_PAYLOAD + 4, FRAME_WIRE = 2 + COBS_SIZE(FRAME_BODY) };

// The payload is built in `body`, without a copy.
struct frame {
    uint32_t length; // of the payload
    uint8_t body[FRAME_BODY];
};

static inline uint8_t *frame_payload(struct frame *frame)
{
    return frame->body + 1;
}

// Encodes the whole frame into `wire` (FRAME_WIRE bytes); returns its length.
size_t frame_encode(struct frame *frame, uint8_t type, uint8_t *wire);

#endif
