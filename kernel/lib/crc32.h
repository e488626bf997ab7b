// CRC-32 as Ethernet, gzip and GPT use it: polynomial 0x04c11db7 reflected, all ones in and out.
#ifndef KERNEL_LIB_CRC32_H
#define KERNEL_LIB_CRC32_H

#include "kernel/lib/types.h"

uint32_t crc32_of(const void *bytes, size_t length);

#endif
