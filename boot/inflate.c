// DEFLATE: compressed bytes back to plain ones. The numbers of sections are those of RFC 1951.

#include "boot/inflate_code.h"

enum {
    SYMBOL_END = 256, // end of block
    SYMBOL_FIRST_LENGTH = 257,
    LITERALS_NAMED = 286, // literals, end of block and lengths without the reserved two
    DISTANCES_NAMED = 30, // likewise
    DISTANCES_FIXED = 32, // in the fixed code, which has words for two more
    LENGTHS_NAMED = 19,   // of the code that code lengths are written in
};

enum { BLOCK_STORED, BLOCK_FIXED, BLOCK_DYNAMIC };

// The two codes of a compressed block.
struct block_codes {
    struct inflate_code literals;
    struct inflate_code distances;
};

// A length or distance symbol: its smallest value, and how many more bits say what is added to it (3.2.5).
struct span {
    uint16_t base;
    uint8_t extra;
};

static const struct span length_spans[] = {
    {3, 0},  {4, 0},  {5, 0},  {6, 0},   {7, 0},   {8, 0},   {9, 0},   {10, 0},  {11, 1},  {13, 1},
    {15, 1}, {17, 1}, {19, 2}, {23, 2},  {27, 2},  {31, 2},  {35, 3},  {43, 3},  {51, 3},  {59, 3},
    {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0},
};

static const struct span distance_spans[] = {
    {1, 0},     {2, 0},     {3, 0},     {4, 0},      {5, 1},      {7, 1},      {9, 2},     {13, 2},
    {17, 3},    {25, 3},    {33, 4},    {49, 4},     {65, 5},     {97, 5},     {129, 6},   {193, 6},
    {257, 7},   {385, 7},   {513, 8},   {769, 8},    {1025, 9},   {1537, 9},   {2049, 10}, {3073, 10},
    {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13},
};

enum { LENGTH_SPANS = sizeof(length_spans) / sizeof(length_spans[0]) };

static uint32_t span_read(struct inflate_stream *stream, const struct span *span)
{
    return span->base + inflate_stream_bits(stream, span->extra);
}

static bool copy_read(struct inflate_stream *stream, const struct inflate_code *distances, uint32_t symbol)
{
    if (symbol - SYMBOL_FIRST_LENGTH >= LENGTH_SPANS)
        return inflate_stream_fail(stream, INFLATE_BAD_SYMBOL);
    uint32_t length = span_read(stream, &length_spans[symbol - SYMBOL_FIRST_LENGTH]);
    uint32_t place = inflate_code_read(stream, distances);
    if (place >= DISTANCES_NAMED)
        return inflate_stream_fail(stream, INFLATE_BAD_SYMBOL);
    uint32_t distance = span_read(stream, &distance_spans[place]);
    return stream->result == INFLATE_OK && inflate_stream_copy(stream, length, distance);
}

static bool coded_read(struct inflate_stream *stream, const struct block_codes *codes)
{
    for (;;) {
        uint32_t symbol = inflate_code_read(stream, &codes->literals);
        if (stream->result != INFLATE_OK || symbol == SYMBOL_END)
            return stream->result == INFLATE_OK;
        if (!(symbol < SYMBOL_END ? inflate_stream_put(stream, (uint8_t)symbol)
                                  : copy_read(stream, &codes->distances, symbol)))
            return false;
    }
}

// 3.2.4: begins at the next whole byte.
static bool stored_read(struct inflate_stream *stream)
{
    inflate_stream_align(stream);
    uint32_t length = inflate_stream_bits(stream, 16);
    uint32_t complement = inflate_stream_bits(stream, 16);
    if (stream->result != INFLATE_OK)
        return false;
    if (length != (complement ^ UINT16_MAX))
        return inflate_stream_fail(stream, INFLATE_BAD_STORED);
    while (length-- > 0) {
        uint8_t byte = (uint8_t)inflate_stream_bits(stream, 8);
        if (stream->result != INFLATE_OK || !inflate_stream_put(stream, byte))
            return false;
    }
    return true;
}

// 3.2.6. This code includes two reserved lengths and two reserved distances.
static bool fixed_read(struct inflate_stream *stream)
{
    struct block_codes codes;
    uint8_t lengths[INFLATE_CODE_SYMBOLS];
    for (unsigned symbol = 0; symbol < INFLATE_CODE_SYMBOLS; symbol++)
        lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
    inflate_code_build(&codes.literals, lengths, INFLATE_CODE_SYMBOLS);
    for (unsigned symbol = 0; symbol < DISTANCES_FIXED; symbol++)
        lengths[symbol] = 5;
    inflate_code_build(&codes.distances, lengths, DISTANCES_FIXED);
    return coded_read(stream, &codes);
}

// Reads the code of the code lengths.
static bool lengths_code_read(struct inflate_stream *stream, struct inflate_code *code, uint32_t count)
{
    static const uint8_t order[LENGTHS_NAMED] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[LENGTHS_NAMED] = {0};
    for (uint32_t i = 0; i < count; i++)
        lengths[order[i]] = (uint8_t)inflate_stream_bits(stream, 3);
    if (stream->result != INFLATE_OK)
        return false;
    return inflate_code_build(code, lengths, LENGTHS_NAMED) || inflate_stream_fail(stream, INFLATE_BAD_CODE);
}

// Symbol 16 repeats the length before, 17 and 18 repeat zero.
static bool lengths_read(struct inflate_stream *stream, const struct inflate_code *code, uint8_t *lengths,
                         uint32_t total)
{
    static const struct span repeats[] = {{3, 2}, {3, 3}, {11, 7}};
    uint32_t filled = 0;
    while (filled < total) {
        uint32_t symbol = inflate_code_read(stream, code);
        if (stream->result != INFLATE_OK)
            return false;
        uint32_t count = symbol < 16 ? 1 : span_read(stream, &repeats[symbol - 16]);
        if (count > total - filled || (symbol == 16 && filled == 0))
            return inflate_stream_fail(stream, INFLATE_BAD_CODE);
        uint8_t length = symbol < 16 ? (uint8_t)symbol : symbol == 16 ? lengths[filled - 1] : 0;
        while (count-- > 0)
            lengths[filled++] = length;
    }
    return stream->result == INFLATE_OK;
}

// 3.2.7
static bool dynamic_read(struct inflate_stream *stream)
{
    struct block_codes codes;
    struct inflate_code code;
    uint8_t lengths[LITERALS_NAMED + DISTANCES_NAMED];
    uint32_t literals = inflate_stream_bits(stream, 5) + 257;
    uint32_t distances = inflate_stream_bits(stream, 5) + 1;
    uint32_t count = inflate_stream_bits(stream, 4) + 4;
    if (stream->result == INFLATE_OK && (literals > LITERALS_NAMED || distances > DISTANCES_NAMED))
        return inflate_stream_fail(stream, INFLATE_BAD_CODE);
    if (!lengths_code_read(stream, &code, count) || !lengths_read(stream, &code, lengths, literals + distances))
        return false;
    // A block without an end-of-block code is invalid.
    if (lengths[SYMBOL_END] == 0 || !inflate_code_build(&codes.literals, lengths, literals) ||
        !inflate_code_build(&codes.distances, lengths + literals, distances))
        return inflate_stream_fail(stream, INFLATE_BAD_CODE);
    return coded_read(stream, &codes);
}

static bool block_read(struct inflate_stream *stream, uint32_t kind)
{
    if (stream->result != INFLATE_OK)
        return false;
    switch (kind) {
    case BLOCK_STORED:
        return stored_read(stream);
    case BLOCK_FIXED:
        return fixed_read(stream);
    case BLOCK_DYNAMIC:
        return dynamic_read(stream);
    default:
        return inflate_stream_fail(stream, INFLATE_BAD_BLOCK);
    }
}

enum inflate_result inflate_bytes(const uint8_t *bytes, size_t size, uint8_t *output, size_t capacity,
                                  struct inflate_extent *extent)
{
    struct inflate_stream stream = {.bytes = bytes, .size = size, .output = output, .capacity = capacity};
    bool is_last;
    do {
        is_last = inflate_stream_bits(&stream, 1);
    } while (block_read(&stream, inflate_stream_bits(&stream, 2)) && !is_last);
    *extent = (struct inflate_extent){stream.taken, stream.made};
    return stream.result;
}

const char *inflate_result_text(enum inflate_result result)
{
    static const char *const texts[] = {
        [INFLATE_OK] = "ok",
        [INFLATE_TRUNCATED] = "cut short",
        [INFLATE_BAD_BLOCK] = "a block of an unknown kind",
        [INFLATE_BAD_STORED] = "a stored block's two lengths disagree",
        [INFLATE_BAD_CODE] = "code lengths that make no code",
        [INFLATE_BAD_SYMBOL] = "bits that are no symbol",
        [INFLATE_BAD_DISTANCE] = "a copy from before the first byte",
        [INFLATE_OUTPUT_FULL] = "longer than it says",
    };
    return (unsigned)result < INFLATE_RESULT_COUNT ? texts[result] : "unknown";
}
