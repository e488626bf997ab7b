// CRC-32 as Ethernet, gzip and GPT use it.

#include "kernel/lib/crc32.h"

#define CRC32_REFLECTED UINT32_C(0xedb88320)

// The remainder to add after four bits were shifted out.
static uint32_t remainder_of(uint32_t nibble)
{
    for (int bit = 0; bit < 4; bit++)
        nibble = nibble >> 1 ^ (nibble & 1 ? CRC32_REFLECTED : 0);
    return nibble;
}

uint32_t crc32_of(const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;
    uint32_t remainders[16];
    uint32_t crc = UINT32_MAX;
    for (uint32_t nibble = 0; nibble < 16; nibble++)
        remainders[nibble] = remainder_of(nibble);
    for (size_t i = 0; i < length; i++) {
        crc ^= byte[i];
        crc = crc >> 4 ^ remainders[crc & 15];
        crc = crc >> 4 ^ remainders[crc & 15];
    }
    return ~crc;
}
