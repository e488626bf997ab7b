// CRC-32 as gzip uses it.

#include "boot/crc32.h"

#define CRC32_REFLECTED UINT32_C(0xedb88320)

// What four bits shifted out leave to be added.
static uint32_t remainder_of(uint32_t nibble)
{
    for (int bit = 0; bit < 4; bit++)
        nibble = nibble >> 1 ^ (nibble & 1 ? CRC32_REFLECTED : 0);
    return nibble;
}

uint32_t crc32_of(const uint8_t *bytes, size_t size)
{
    uint32_t remainders[16];
    uint32_t crc = UINT32_MAX;
    for (uint32_t nibble = 0; nibble < 16; nibble++)
        remainders[nibble] = remainder_of(nibble);
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ remainders[crc & 15];
        crc = crc >> 4 ^ remainders[crc & 15];
    }
    return ~crc;
}
