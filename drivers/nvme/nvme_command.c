// Commands as the controller reads them: NVM Express Base Specification 1.4, 4.2 (common format), 5 (admin), 6 (NVM).

#include "drivers/nvme/nvme_command.h"

enum {
    OPCODE_CREATE_SUBMISSION_QUEUE = 0x01,
    OPCODE_CREATE_COMPLETION_QUEUE = 0x05,
    OPCODE_IDENTIFY = 0x06,
    OPCODE_SET_FEATURES = 0x09,
    OPCODE_GET_FEATURES = 0x0a,
    OPCODE_READ = 0x02, // of the NVM command set
    FEATURE_QUEUE_COUNT = 0x07,
};

// Dwords of the common format.
enum { NAMESPACE_ID = 1, PRP1_LOW = 6, PRP1_HIGH = 7 };

#define QUEUE_CONTIGUOUS BIT(0)
#define QUEUE_INTERRUPTS BIT(1)

static void put_page(struct nvme_command *command, struct physical page)
{
    command->dword[PRP1_LOW] = (uint32_t)page.address;
    command->dword[PRP1_HIGH] = (uint32_t)(page.address >> 32);
}

struct nvme_command nvme_command_identify(enum nvme_identify_kind kind, uint32_t namespace_id, struct physical page)
{
    struct nvme_command command = {{[0] = OPCODE_IDENTIFY, [NAMESPACE_ID] = namespace_id, [10] = (uint32_t)kind}};

    put_page(&command, page);
    return command;
}

// Both counts are zero based: submission queues in the low half, completion queues in the high half.
struct nvme_command nvme_command_set_queue_count(uint32_t pairs)
{
    return (struct nvme_command){{
        [0] = OPCODE_SET_FEATURES,
        [10] = FEATURE_QUEUE_COUNT,
        [11] = (pairs - 1) << 16 | (pairs - 1),
    }};
}

struct nvme_command nvme_command_get_queue_count(void)
{
    return (struct nvme_command){{[0] = OPCODE_GET_FEATURES, [10] = FEATURE_QUEUE_COUNT}};
}

uint32_t nvme_command_queue_pairs(uint32_t answer)
{
    uint32_t submission = answer & 0xffff, completion = answer >> 16;

    return (submission < completion ? submission : completion) + 1;
}

struct nvme_command nvme_command_create_completion_queue(uint32_t queue, uint32_t entries, struct physical ring,
                                                         uint32_t vector)
{
    struct nvme_command command = {{
        [0] = OPCODE_CREATE_COMPLETION_QUEUE,
        [10] = (entries - 1) << 16 | queue,
        [11] = (uint32_t)(vector << 16 | QUEUE_INTERRUPTS | QUEUE_CONTIGUOUS),
    }};

    put_page(&command, ring);
    return command;
}

struct nvme_command nvme_command_create_submission_queue(uint32_t queue, uint32_t entries, struct physical ring)
{
    struct nvme_command command = {{
        [0] = OPCODE_CREATE_SUBMISSION_QUEUE,
        [10] = (entries - 1) << 16 | queue,
        [11] = (uint32_t)(queue << 16 | QUEUE_CONTIGUOUS),
    }};

    put_page(&command, ring);
    return command;
}

struct nvme_command nvme_command_read(uint32_t namespace_id, uint64_t first, uint32_t blocks, struct physical page)
{
    struct nvme_command command = {{
        [0] = OPCODE_READ,
        [NAMESPACE_ID] = namespace_id,
        [10] = (uint32_t)first,
        [11] = (uint32_t)(first >> 32),
        [12] = blocks - 1,
    }};

    put_page(&command, page);
    return command;
}
