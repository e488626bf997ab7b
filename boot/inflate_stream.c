// The two ends of an inflation: bits in, bytes out, and the first failure.

#include "boot/inflate_stream.h"

bool inflate_stream_fail(struct inflate_stream *stream, enum inflate_result result)
{
    if (stream->result == INFLATE_OK)
        stream->result = result;
    return false;
}

uint32_t inflate_stream_bits(struct inflate_stream *stream, unsigned count)
{
    while (stream->held_count < count) {
        if (stream->taken == stream->size) {
            inflate_stream_fail(stream, INFLATE_TRUNCATED);
            return 0;
        }
        stream->held |= (uint32_t)stream->bytes[stream->taken++] << stream->held_count;
        stream->held_count += 8;
    }
    uint32_t bits = stream->held & ((UINT32_C(1) << count) - 1);
    stream->held >>= count;
    stream->held_count -= count;
    return bits;
}

void inflate_stream_align(struct inflate_stream *stream)
{
    stream->held_count = 0;
    stream->held = 0;
}

bool inflate_stream_put(struct inflate_stream *stream, uint8_t byte)
{
    if (stream->made == stream->capacity)
        return inflate_stream_fail(stream, INFLATE_OUTPUT_FULL);
    stream->output[stream->made++] = byte;
    return true;
}

// Byte by byte: a copy longer than its distance repeats the bytes it has written (3.2.3).
bool inflate_stream_copy(struct inflate_stream *stream, uint32_t length, uint32_t distance)
{
    if (distance > stream->made)
        return inflate_stream_fail(stream, INFLATE_BAD_DISTANCE);
    while (length-- > 0)
        if (!inflate_stream_put(stream, stream->output[stream->made - distance]))
            return false;
    return true;
}
