// Prefix codes of DEFLATE, as their code lengths describe them.

#include "boot/inflate_code.h"

// Unused code words are accepted in the one case that compressors write: a block with one distance (one word of one
// bit) or none.
static bool code_is_sound(const struct inflate_code *code, unsigned used)
{
    int32_t left = 1;
    for (unsigned length = 1; length <= INFLATE_CODE_BITS; length++) {
        left = left * 2 - code->count[length];
        if (left < 0)
            return false;
    }
    return left == 0 || used == 0 || (used == 1 && code->count[1] == 1);
}

bool inflate_code_build(struct inflate_code *code, const uint8_t *lengths, unsigned symbols)
{
    uint16_t next[INFLATE_CODE_BITS + 1];
    unsigned used = 0;
    for (unsigned length = 0; length <= INFLATE_CODE_BITS; length++)
        code->count[length] = 0;
    for (unsigned symbol = 0; symbol < symbols; symbol++)
        code->count[lengths[symbol]]++;
    code->count[0] = 0;
    for (unsigned length = 0; length <= INFLATE_CODE_BITS; length++) {
        next[length] = (uint16_t)used;
        used += code->count[length];
    }
    for (unsigned symbol = 0; symbol < symbols; symbol++)
        if (lengths[symbol] != 0)
            code->symbols[next[lengths[symbol]]++] = (uint16_t)symbol;
    return code_is_sound(code, used);
}

// Bit by bit: among the code words of each length the first is known, and they are consecutive numbers.
uint32_t inflate_code_read(struct inflate_stream *stream, const struct inflate_code *code)
{
    uint32_t word = 0, first = 0, index = 0;
    for (unsigned length = 1; length <= INFLATE_CODE_BITS; length++) {
        word |= inflate_stream_bits(stream, 1);
        if (word - first < code->count[length])
            return code->symbols[index + word - first];
        index += code->count[length];
        first = (first + code->count[length]) << 1;
        word <<= 1;
    }
    inflate_stream_fail(stream, INFLATE_BAD_SYMBOL);
    return 0;
}
