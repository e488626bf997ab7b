// Binary packets in a console session: a zero, COBS of (type, payload, CRC-32 little endian), a zero. Whatever stands
// between frames is text and holds no zero, so a reader finds the next frame after any damage. Pure.
#ifndef KERNEL_LIB_FRAME_H
#define KERNEL_LIB_FRAME_H

#include "kernel/lib/cobs.h"

enum { FRAME_METADATA = 1, FRAME_PACKET = 2 };
enum { FRAME_PAYLOAD = 4096, FRAME_BODY = 1 + FRAME_PAYLOAD + 4, FRAME_WIRE = 2 + COBS_SIZE(FRAME_BODY) };

// A payload is built where it is sent from.
struct frame {
    uint32_t length; // of the payload
    uint8_t body[FRAME_BODY];
};

static inline uint8_t *frame_payload(struct frame *frame)
{
    return frame->body + 1;
}

// The whole frame as it goes over the wire, in `wire` (FRAME_WIRE bytes); answers its length.
size_t frame_encode(struct frame *frame, uint8_t type, uint8_t *wire);

#endif
