// Commands as the controller reads them: NVM Express Base Specification 1.4, 4.2 (common format), 5 (admin), 6 (NVM).
// Pure: values in, 16 dwords out. No command writes to the medium.
#ifndef DRIVERS_NVME_NVME_COMMAND_H
#define DRIVERS_NVME_NVME_COMMAND_H

#include "kernel/lib/types.h"

// A submission queue entry. The command identifier (dword 0, bits 31:16) is left 0 for the queue to fill in.
struct nvme_command {
    uint32_t dword[16];
};
_Static_assert(sizeof(struct nvme_command) == 64, "wire size");

enum nvme_identify_kind {
    NVME_IDENTIFY_NAMESPACE = 0, // figure 245: one namespace
    NVME_IDENTIFY_CONTROLLER = 1,
};

// `page` takes the 4096 bytes of the answer and is page aligned. `namespace_id` is 0 for the controller.
struct nvme_command nvme_command_identify(enum nvme_identify_kind kind, uint32_t namespace_id, struct physical page);

// Set and Get Features, number of queues (5.21.1.7). `pairs` >= 1 is how many I/O queues of each kind are wanted. The
// answer's dword 0 goes through nvme_command_queue_pairs().
struct nvme_command nvme_command_set_queue_count(uint32_t pairs);
struct nvme_command nvme_command_get_queue_count(void);
uint32_t nvme_command_queue_pairs(uint32_t answer);

// Create I/O queues (5.3, 5.4): `entries` >= 2, physically contiguous `ring`. The completion queue interrupts through
// `vector`; the submission queue completes into the completion queue of the same number.
struct nvme_command nvme_command_create_completion_queue(uint32_t queue, uint32_t entries, struct physical ring,
                                                         uint32_t vector);
struct nvme_command nvme_command_create_submission_queue(uint32_t queue, uint32_t entries, struct physical ring);

// Reads `blocks` >= 1 logical blocks into one page-aligned page; they must fit into it (6.9).
struct nvme_command nvme_command_read(uint32_t namespace_id, uint64_t first, uint32_t blocks, struct physical page);

#endif
