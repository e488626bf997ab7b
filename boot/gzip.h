// A gzip file of one member, as the build makes it from the kernel: RFC 1952. Pure.
#ifndef BOOT_GZIP_H
#define BOOT_GZIP_H

#include <stddef.h>
#include <stdint.h>

enum gzip_result {
    GZIP_OK,
    GZIP_TRUNCATED,  // shorter than a header and a trailer
    GZIP_BAD_HEADER, // not gzip, not DEFLATE, or with the optional fields that the build leaves out
    GZIP_BAD_SIZE,   // the trailer's size is 0, or more than the file can expand to
    GZIP_BAD_DATA,   // the compressed data is malformed: `fault` says how
    GZIP_BAD_LENGTH, // the compressed data ends before the trailer, or expands to another size than the trailer says
    GZIP_BAD_CRC,    // the expanded bytes do not match the trailer's CRC
    GZIP_RESULT_COUNT
};

struct gzip {
    const uint8_t *data; // the DEFLATE stream
    size_t data_size;
    uint32_t crc;       // of the expanded bytes: what the trailer says
    uint32_t size;      // likewise
    const char *fault;  // with GZIP_BAD_DATA, what the decompressor found
    uint32_t crc_found; // with GZIP_BAD_CRC
};

// Reads header and trailer. `gzip` is complete only with GZIP_OK and refers to `bytes`.
enum gzip_result gzip_open(const uint8_t *bytes, size_t size, struct gzip *gzip);

// Expands into `output`, which holds `gzip->size` bytes; with any result but GZIP_OK the content is undefined.
enum gzip_result gzip_expand(struct gzip *gzip, uint8_t *output);

// The result as text: "not a gzip file", ...
const char *gzip_result_text(enum gzip_result result);

#endif
