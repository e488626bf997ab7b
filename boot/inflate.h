// DEFLATE: compressed bytes back to plain ones. Pure: hostile bytes give a result, never an access outside.
#ifndef BOOT_INFLATE_H
#define BOOT_INFLATE_H

#include <stddef.h>
#include <stdint.h>

enum inflate_result {
    INFLATE_OK,
    INFLATE_TRUNCATED,    // the last block does not end within the input
    INFLATE_BAD_BLOCK,    // a block of the reserved kind
    INFLATE_BAD_STORED,   // a stored block whose length and its complement disagree
    INFLATE_BAD_CODE,     // code lengths that form no prefix code, or more lengths than symbols
    INFLATE_BAD_SYMBOL,   // bits that begin no code word, or a reserved symbol
    INFLATE_BAD_DISTANCE, // a copy from before the first byte
    INFLATE_OUTPUT_FULL,  // more bytes than `capacity`
    INFLATE_RESULT_COUNT
};

// Bytes of input used (the last perhaps in part) and bytes of output written, with any result.
struct inflate_extent {
    size_t taken;
    size_t made;
};

// One DEFLATE stream from the start of `bytes`: RFC 1951. Bytes after its last block are not read.
enum inflate_result inflate_bytes(const uint8_t *bytes, size_t size, uint8_t *output, size_t capacity,
                                  struct inflate_extent *extent);

// The result as text: "cut short", ...
const char *inflate_result_text(enum inflate_result result);

#endif
