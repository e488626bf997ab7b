// The other implementation of DEFLATE, which the loader's is compared with.

#include "tests/fakes/zlib_peer.h"
#include <stdlib.h>
#include <zlib.h>

enum { WINDOW = 15, RAW = -WINDOW, GZIP = WINDOW + 16, MEMORY_LEVEL = 8 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static uint8_t *pack(const uint8_t *bytes, size_t size, int level, int strategy, int format, size_t *packed_size)
{
    z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)size};
    require(deflateInit2(&stream, level, Z_DEFLATED, format, MEMORY_LEVEL, strategy) == Z_OK);
    size_t bound = deflateBound(&stream, size);
    uint8_t *packed = malloc(bound);
    stream.next_out = packed;
    stream.avail_out = (uInt)bound;
    require(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    *packed_size = stream.total_out;
    deflateEnd(&stream);
    return packed;
}

uint8_t *zlib_peer_deflate(const uint8_t *bytes, size_t size, int level, int strategy, size_t *packed_size)
{
    return pack(bytes, size, level, strategy, RAW, packed_size);
}

uint8_t *zlib_peer_gzip(const uint8_t *bytes, size_t size, size_t *packed_size)
{
    return pack(bytes, size, Z_BEST_COMPRESSION, Z_DEFAULT_STRATEGY, GZIP, packed_size);
}

bool zlib_peer_inflate(const uint8_t *bytes, size_t size, uint8_t *output, size_t capacity, size_t *taken, size_t *made)
{
    z_stream stream = {.next_in = (Bytef *)bytes,
                       .avail_in = (uInt)size,
                       .next_out = output,
                       .avail_out = (uInt)capacity};
    require(inflateInit2(&stream, RAW) == Z_OK);
    int status = inflate(&stream, Z_FINISH);
    *taken = stream.total_in;
    *made = stream.total_out;
    inflateEnd(&stream);
    return status == Z_STREAM_END;
}
