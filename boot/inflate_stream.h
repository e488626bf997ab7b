// The two ends of an inflation: bits in, bytes out, and the first failure.
#ifndef BOOT_INFLATE_STREAM_H
#define BOOT_INFLATE_STREAM_H

#include "boot/inflate.h"
#include <stdbool.h>

struct inflate_stream {
    const uint8_t *bytes;
    size_t size;
    size_t taken;
    uint8_t *output;
    size_t capacity;
    size_t made;
    uint32_t held; // bits taken from the input and not used yet, fewer than 8, the next one lowest
    unsigned held_count;
    enum inflate_result result;
};

// Keeps the first failure. Answers false, so that a step can return it.
bool inflate_stream_fail(struct inflate_stream *stream, enum inflate_result result);

// The next `count` bits, at most 16, the first one lowest. Past the end of the input the stream fails and they are 0.
uint32_t inflate_stream_bits(struct inflate_stream *stream, unsigned count);

// Skips to the next byte boundary of the input.
void inflate_stream_align(struct inflate_stream *stream);

// False when the stream has failed: no room, or a copy from before the first byte.
bool inflate_stream_put(struct inflate_stream *stream, uint8_t byte);
bool inflate_stream_copy(struct inflate_stream *stream, uint32_t length, uint32_t distance);

#endif
