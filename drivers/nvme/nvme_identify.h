// What Identify answers: NVM Express Base Specification 1.4, 5.15.2. Pure: 4096 bytes in, values out.
#ifndef DRIVERS_NVME_NVME_IDENTIFY_H
#define DRIVERS_NVME_NVME_IDENTIFY_H

#include "kernel/lib/types.h"

enum { NVME_IDENTIFY_SIZE = 4096, NVME_MODEL_LENGTH = 40 };

// The model number as printable text without the padding; `model` must hold NVME_MODEL_LENGTH + 1 bytes.
void nvme_identify_model(const uint8_t *bytes, char *model);

// A namespace as this driver uses it: 4 KiB blocks made of whole logical blocks.
struct nvme_namespace {
    uint64_t blocks;         // 4 KiB blocks; a shorter rest at the end is left out
    uint32_t logical_blocks; // per 4 KiB block: 1, 2, 4 or 8
    const char *refusal;     // why it cannot be read, NULL when it can
};

struct nvme_namespace nvme_identify_namespace(const uint8_t *bytes);

#endif
