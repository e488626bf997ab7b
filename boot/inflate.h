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
    INFLATE_BAD_CODE,     // code lengths that make no prefix code, or more of them than there are symbols
    INFLATE_BAD_SYMBOL,   // bits that no code word begins with, or a symbol that means nothing
    INFLATE_BAD_DISTANCE, // a copy from before the first byte
    INFLATE_OUTPUT_FULL,  // more bytes than `capacity`
    INFLATE_RESULT_COUNT
};

// How far it went, whatever the result: bytes of input, the last one perhaps in part, and bytes of output.
struct inflate_extent {
    size_t taken;
    size_t made;
};

// One DEFLATE stream from the start of `bytes`: RFC 1951. What follows its last block is left alone.
enum inflate_result inflate_bytes(const uint8_t *bytes, size_t size, uint8_t *output, size_t capacity,
                                  struct inflate_extent *extent);

// What a person reads: "cut short", ...
const char *inflate_result_text(enum inflate_result result);

#endif
