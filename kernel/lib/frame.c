// Framing.

#include "kernel/lib/frame.h"
#include "kernel/lib/crc32.h"

size_t frame_encode(struct frame *frame, uint8_t type, uint8_t *wire)
{
    size_t length = 1 + frame->length;

    frame->body[0] = type;
    uint32_t crc = crc32_of(frame->body, length);
    for (uint32_t i = 0; i < sizeof(crc); i++)
        frame->body[length++] = (uint8_t)(crc >> 8 * i);
    wire[0] = 0;
    length = 1 + cobs_encode(frame->body, length, wire + 1);
    wire[length++] = 0;
    return length;
}
