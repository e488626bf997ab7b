// One pair of queues: commands go out through the submission ring, answers come back through the completion ring (NVM
// Express Base Specification 1.4, 4.1 and 4.6). Touches only memory and the pair's two doorbells.
#ifndef DRIVERS_NVME_NVME_QUEUE_H
#define DRIVERS_NVME_NVME_QUEUE_H

#include "drivers/gate.h"
#include "drivers/nvme/nvme_command.h"
#include "kernel/lib/result.h"

enum { NVME_QUEUE_DEPTH = 64 }; // at most: then the submission ring is one page

// A completion queue entry.
struct nvme_completion {
    uint32_t result;
    uint32_t reserved;
    uint32_t submission; // 31:16 queue, 15:0 head
    uint32_t status;     // 31:17 status, 16 phase, 15:0 command identifier
};
_Static_assert(sizeof(struct nvme_completion) == 16, "wire size");

// Slot n belongs to submission entry n, and n is the identifier of the command in it.
enum nvme_slot_state {
    NVME_SLOT_FREE,
    NVME_SLOT_SHOT,   // in flight without a waiter; the service routine frees it
    NVME_SLOT_WAITED, // in flight; becomes DONE
    NVME_SLOT_DONE,   // the answer stands in it until nvme_queue_finish()
};

struct nvme_slot {
    uint32_t state; // enum nvme_slot_state, shared with the service routine
    uint32_t result;
    uint32_t status; // 15 bits: 0 is success
};

struct nvme_queue {
    struct nvme_command *submissions;
    struct nvme_completion *completions;
    volatile void *tail_doorbell;
    volatile void *head_doorbell;
    uint32_t depth;
    uint32_t tail;  // the submitter's
    uint32_t head;  // the service routine's, as is the phase
    uint32_t phase; // what a new entry carries
    struct gate gate;
    uint64_t answered; // shots that ended
    uint32_t failures; // of them, those with a status
    uint32_t strays;   // completions of commands that are not in flight
    struct nvme_slot slots[NVME_QUEUE_DEPTH];
};

// What a queue is made of. Both rings are zeroed and hold `depth` entries, 2 to NVME_QUEUE_DEPTH.
struct nvme_queue_parts {
    uint32_t depth;
    struct nvme_command *submissions;
    struct nvme_completion *completions;
    volatile void *tail_doorbell;
    volatile void *head_doorbell;
};

void nvme_queue_start(struct nvme_queue *queue, const struct nvme_queue_parts *parts);

// Puts a command into the ring as `state` (SHOT or WAITED), without telling the controller: that is `tail`, stored to
// the tail doorbell. The rest as nvme_queue_submit().
MUST_USE enum result nvme_queue_put(struct nvme_queue *queue, const struct nvme_command *command,
                                    enum nvme_slot_state state, uint32_t *slot);

// Sends a command as `state` (SHOT or WAITED) and rings; *slot is where its answer will stand. RESULT_BUSY when depth
// minus one commands are in flight or unfinished. One submitter at a time.
MUST_USE enum result nvme_queue_submit(struct nvme_queue *queue, const struct nvme_command *command,
                                       enum nvme_slot_state state, uint32_t *slot);

// Takes what the controller has completed and tells it so. The number of entries taken. Any IRQL, any CPU.
uint32_t nvme_queue_serve(struct nvme_queue *queue);

// Is the last command answered, and the controller told of it? One submitter at a time.
static inline bool nvme_queue_is_served(const struct nvme_queue *queue)
{
    uint32_t last = (queue->tail ? queue->tail : queue->depth) - 1;

    return __atomic_load_n(&queue->slots[last].state, __ATOMIC_ACQUIRE) == NVME_SLOT_FREE &&
           gate_asked(&queue->gate) == 0;
}

static inline bool nvme_queue_is_done(const struct nvme_queue *queue, uint32_t slot)
{
    return __atomic_load_n(&queue->slots[slot].state, __ATOMIC_ACQUIRE) == NVME_SLOT_DONE;
}

// Frees a slot that is done and answers its status (0 is success); *result is dword 0 of the answer.
uint32_t nvme_queue_finish(struct nvme_queue *queue, uint32_t slot, uint32_t *result);

#endif
