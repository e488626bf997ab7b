// What Identify answers: NVM Express Base Specification 1.4, 5.15.2. Pure: 4096 bytes in, values out.

#include "drivers/nvme/nvme_identify.h"
#include "kernel/lib/little_endian.h"

enum {
    CONTROLLER_MODEL = 24,
    NAMESPACE_SIZE = 0,
    NAMESPACE_FORMAT_COUNT = 25, // zero based
    NAMESPACE_FORMAT_IN_USE = 26,
    NAMESPACE_FORMATS = 128, // four bytes each: metadata size, log2 of the block size, performance
    FORMAT_IN_USE_BITS = 0x0f,
    SHIFT_SMALLEST = 9,
    SHIFT_LARGEST = 12,
};

void nvme_identify_model(const uint8_t *bytes, char *model)
{
    uint32_t length = 0;

    for (uint32_t i = 0; i < NVME_MODEL_LENGTH; i++) {
        uint8_t byte = bytes[CONTROLLER_MODEL + i];
        model[i] = byte >= ' ' && byte <= '~' ? (char)byte : ' ';
        if (model[i] != ' ')
            length = i + 1;
    }
    model[length] = '\0';
}

struct nvme_namespace nvme_identify_namespace(const uint8_t *bytes)
{
    uint64_t size = little_endian_read(bytes + NAMESPACE_SIZE, 8);
    uint32_t format = bytes[NAMESPACE_FORMAT_IN_USE] & FORMAT_IN_USE_BITS;
    const uint8_t *entry = bytes + NAMESPACE_FORMATS + 4 * format;
    uint32_t shift = entry[2];

    if (size == 0)
        return (struct nvme_namespace){.refusal = "is not active"};
    if (format > bytes[NAMESPACE_FORMAT_COUNT])
        return (struct nvme_namespace){.refusal = "is formatted as it says it cannot be"};
    if (entry[0] || entry[1])
        return (struct nvme_namespace){.refusal = "has metadata in its blocks"};
    if (shift < SHIFT_SMALLEST || shift > SHIFT_LARGEST)
        return (struct nvme_namespace){.refusal = "has blocks outside 512 to 4096 bytes"};
    if (size >> (SHIFT_LARGEST - shift) == 0)
        return (struct nvme_namespace){.refusal = "is smaller than 4 KiB"};
    return (struct nvme_namespace){.blocks = size >> (SHIFT_LARGEST - shift),
                                   .logical_blocks = 1U << (SHIFT_LARGEST - shift)};
}
