// CRC-32 as gzip uses it: polynomial 0x04c11db7 reflected, all ones in and out.
#ifndef BOOT_CRC32_H
#define BOOT_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32_of(const uint8_t *bytes, size_t size);

#endif
