// A gzip file of one member, as the build makes it from the kernel.

#include "boot/gzip.h"
#include "boot/inflate.h"
#include "kernel/lib/crc32.h"
#include "kernel/lib/little_endian.h"

enum { HEADER_SIZE = 10, TRAILER_SIZE = 8 };

// The greatest expansion: a length and a distance of one bit each give 258 bytes.
enum { MOST_FROM_A_BYTE = 258 * 8 / 2 };

enum gzip_result gzip_open(const uint8_t *bytes, size_t size, struct gzip *gzip)
{
    static const uint8_t identity[] = {0x1f, 0x8b, 8, 0}; // gzip, DEFLATE, no optional field
    if (size < HEADER_SIZE + TRAILER_SIZE)
        return GZIP_TRUNCATED;
    for (size_t i = 0; i < sizeof(identity); i++)
        if (bytes[i] != identity[i])
            return GZIP_BAD_HEADER;
    const uint8_t *trailer = bytes + size - TRAILER_SIZE;
    *gzip = (struct gzip){
        .data = bytes + HEADER_SIZE,
        .data_size = size - HEADER_SIZE - TRAILER_SIZE,
        .crc = little_endian_read32(trailer),
        .size = little_endian_read32(trailer + 4),
    };
    return gzip->size == 0 || gzip->size / MOST_FROM_A_BYTE > gzip->data_size ? GZIP_BAD_SIZE : GZIP_OK;
}

enum gzip_result gzip_expand(struct gzip *gzip, uint8_t *output)
{
    struct inflate_extent extent;
    enum inflate_result result = inflate_bytes(gzip->data, gzip->data_size, output, gzip->size, &extent);
    gzip->fault = inflate_result_text(result);
    if (result != INFLATE_OK)
        return GZIP_BAD_DATA;
    if (extent.taken != gzip->data_size || extent.made != gzip->size)
        return GZIP_BAD_LENGTH;
    gzip->crc_found = crc32_of(output, gzip->size);
    return gzip->crc_found == gzip->crc ? GZIP_OK : GZIP_BAD_CRC;
}

const char *gzip_result_text(enum gzip_result result)
{
    static const char *const texts[] = {
        [GZIP_OK] = "ok",
        [GZIP_TRUNCATED] = "shorter than a gzip header and trailer",
        [GZIP_BAD_HEADER] = "not a gzip file as the build makes it",
        [GZIP_BAD_SIZE] = "the size it gives is impossible",
        [GZIP_BAD_DATA] = "the compressed data is malformed",
        [GZIP_BAD_LENGTH] = "the compressed data does not end where it should",
        [GZIP_BAD_CRC] = "the checksum is wrong",
    };
    return (unsigned)result < GZIP_RESULT_COUNT ? texts[result] : "unknown";
}
