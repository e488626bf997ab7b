// CRC-32 as Ethernet, gzip and GPT use it.

#include "kernel/lib/crc32.h"

#define CRC32_REFLECTED UINT32_C(0xedb88320)

uint32_t crc32_of(const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < length; i++) {
        crc ^= byte[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1 ? CRC32_REFLECTED : 0);
        }
    }
    return ~crc;
}
