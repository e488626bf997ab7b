// Compressed bytes from anywhere: judged as zlib judges them, never an access outside; and what zlib packs comes back.
// sources: boot/inflate.c boot/inflate_code.c boot/inflate_stream.c boot/gzip.c tests/fakes/zlib_peer.c

#include "boot/gzip.h"
#include "boot/inflate.h"
#include "tests/fakes/zlib_peer.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAPACITY = 5000 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void compare_with_peer(const uint8_t *data, size_t size)
{
    struct inflate_extent extent;
    size_t taken, made;
    uint8_t *ours = malloc(CAPACITY), *theirs = malloc(CAPACITY);
    enum inflate_result result = inflate_bytes(data, size, ours, CAPACITY, &extent);
    bool is_good = zlib_peer_inflate(data, size, theirs, CAPACITY, &taken, &made);
    require(extent.taken <= size && extent.made <= CAPACITY);
    require((result == INFLATE_OK) == is_good);
    if (is_good)
        require(extent.taken == taken && extent.made == made && memcmp(ours, theirs, made) == 0);
    free(theirs);
    free(ours);
}

static void round_trip(const uint8_t *data, size_t size)
{
    struct inflate_extent extent;
    size_t packed_size;
    int choice = size > 0 ? data[0] : 0;
    uint8_t *packed = zlib_peer_deflate(data, size, choice % 10, choice / 10 % ZLIB_PEER_STRATEGIES, &packed_size);
    uint8_t *output = malloc(size == 0 ? 1 : size);
    require(inflate_bytes(packed, packed_size, output, size, &extent) == INFLATE_OK);
    require(extent.taken == packed_size && extent.made == size && memcmp(output, data, size) == 0);
    free(output);
    free(packed);
}

static void open_as_file(const uint8_t *data, size_t size)
{
    static const uint8_t identity[] = {0x1f, 0x8b, 8, 0};
    struct gzip gzip;
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    memcpy(copy, data, size);
    if (size >= sizeof(identity))
        memcpy(copy, identity, sizeof(identity));
    if (gzip_open(copy, size, &gzip) == GZIP_OK) {
        uint8_t *output = malloc(gzip.size);
        require(gzip_result_text(gzip_expand(&gzip, output)) != NULL);
        free(output);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    compare_with_peer(data, size);
    round_trip(data, size);
    open_as_file(data, size);
    return 0;
}
