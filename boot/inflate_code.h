// Prefix codes of DEFLATE, as their code lengths describe them: RFC 1951, 3.2.2.
#ifndef BOOT_INFLATE_CODE_H
#define BOOT_INFLATE_CODE_H

#include "boot/inflate_stream.h"

enum { INFLATE_CODE_BITS = 15, INFLATE_CODE_SYMBOLS = 288 };

// Canonical: code words ascend by length, within a length by symbol.
struct inflate_code {
    uint16_t count[INFLATE_CODE_BITS + 1]; // code words of each length
    uint16_t symbols[INFLATE_CODE_SYMBOLS];
};

// From the length of each symbol's code word, 0 to INFLATE_CODE_BITS, 0 for none; at most INFLATE_CODE_SYMBOLS. False
// when the lengths form no complete code: more words than fit, or unused words.
bool inflate_code_build(struct inflate_code *code, const uint8_t *lengths, unsigned symbols);

// The next symbol. When the stream fails, any symbol of the code, or 0.
uint32_t inflate_code_read(struct inflate_stream *stream, const struct inflate_code *code);

#endif
