// The other implementation of DEFLATE, which the loader's is compared with: Debian's zlib.
#ifndef TESTS_FAKES_ZLIB_PEER_H
#define TESTS_FAKES_ZLIB_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// zlib's strategies by number; the last is the one that writes blocks of the fixed code.
enum { ZLIB_PEER_DEFAULT = 0, ZLIB_PEER_STRATEGIES = 5 };

// One DEFLATE stream, or a whole gzip file of it, that the caller frees.
uint8_t *zlib_peer_deflate(const uint8_t *bytes, size_t size, int level, int strategy, size_t *packed_size);
uint8_t *zlib_peer_gzip(const uint8_t *bytes, size_t size, size_t *packed_size);

// Is this a complete DEFLATE stream whose bytes fit?
bool zlib_peer_inflate(const uint8_t *bytes, size_t size, uint8_t *output, size_t capacity, size_t *taken,
                       size_t *made);

#endif
