// One pair of queues: commands go out through the submission ring, answers come back through the completion ring.

#include "drivers/nvme/nvme_queue.h"
#include "arch/mmio.h"

#define STATUS_IDENTIFIER BITS(15, 0)
#define STATUS_PHASE      BIT(16)
#define STATUS_CODE       BITS(31, 17)
#define COMMAND_ID_SHIFT  16

static void slot_answer(struct nvme_queue *queue, const struct nvme_completion *entry, uint32_t status)
{
    uint32_t identifier = (uint32_t)FIELD_GET(STATUS_IDENTIFIER, status);
    if (identifier >= queue->depth) {
        queue->strays++;
        return;
    }
    struct nvme_slot *slot = &queue->slots[identifier];
    uint32_t state = __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE);
    if (state == NVME_SLOT_WAITED) {
        slot->result = entry->result;
        slot->status = (uint32_t)FIELD_GET(STATUS_CODE, status);
        __atomic_store_n(&slot->state, NVME_SLOT_DONE, __ATOMIC_RELEASE);
    } else if (state == NVME_SLOT_SHOT) {
        queue->answered++;
        queue->failures += FIELD_GET(STATUS_CODE, status) != 0;
        __atomic_store_n(&slot->state, NVME_SLOT_FREE, __ATOMIC_RELEASE);
    } else {
        queue->strays++;
    }
}

// The doorbell is rung once for all entries taken. At most one turn of the ring is taken, whatever the phase bits say.
static uint32_t take_completions(struct nvme_queue *queue)
{
    uint32_t taken = 0, head = queue->head;

    while (taken < queue->depth) {
        const struct nvme_completion *entry = &queue->completions[head];
        uint32_t status = __atomic_load_n(&entry->status, __ATOMIC_ACQUIRE);
        if (FIELD_GET(STATUS_PHASE, status) != queue->phase)
            break;
        slot_answer(queue, entry, status);
        taken++;
        if (++head == queue->depth) {
            head = 0;
            queue->phase ^= 1;
        }
    }
    if (taken) {
        queue->head = head;
        mmio_write32(queue->head_doorbell, head);
    }
    return taken;
}

void nvme_queue_start(struct nvme_queue *queue, const struct nvme_queue_parts *parts)
{
    *queue = (struct nvme_queue){
        .submissions = parts->submissions,
        .completions = parts->completions,
        .tail_doorbell = parts->tail_doorbell,
        .head_doorbell = parts->head_doorbell,
        .depth = parts->depth,
        .phase = 1,
    };
}

// The entry after the tail must be free too: one entry stays empty, or else full and empty look alike.
static inline enum result put(struct nvme_queue *queue, const struct nvme_command *command, enum nvme_slot_state state,
                              uint32_t *slot)
{
    uint32_t tail = queue->tail, next = tail + 1 == queue->depth ? 0 : tail + 1;

    if (__atomic_load_n(&queue->slots[tail].state, __ATOMIC_ACQUIRE) != NVME_SLOT_FREE ||
        __atomic_load_n(&queue->slots[next].state, __ATOMIC_ACQUIRE) != NVME_SLOT_FREE)
        return RESULT_BUSY;
    __atomic_store_n(&queue->slots[tail].state, state, __ATOMIC_RELAXED);
    queue->submissions[tail] = *command;
    queue->submissions[tail].dword[0] |= tail << COMMAND_ID_SHIFT;
    queue->tail = next;
    *slot = tail;
    // The entry must be in memory before the controller is told of it.
    __atomic_thread_fence(__ATOMIC_RELEASE);
    return RESULT_OK;
}

enum result nvme_queue_put(struct nvme_queue *queue, const struct nvme_command *command, enum nvme_slot_state state,
                           uint32_t *slot)
{
    return put(queue, command, state, slot);
}

enum result nvme_queue_submit(struct nvme_queue *queue, const struct nvme_command *command, enum nvme_slot_state state,
                              uint32_t *slot)
{
    enum result result = put(queue, command, state, slot);

    if (result == RESULT_OK)
        mmio_write32(queue->tail_doorbell, queue->tail);
    return result;
}

uint32_t nvme_queue_serve(struct nvme_queue *queue)
{
    uint32_t taken = 0, asked;

    if (!gate_enter(&queue->gate))
        return 0;
    do {
        asked = gate_asked(&queue->gate);
        taken += take_completions(queue);
    } while (!gate_leave(&queue->gate, asked));
    return taken;
}

uint32_t nvme_queue_finish(struct nvme_queue *queue, uint32_t slot, uint32_t *result)
{
    uint32_t status = queue->slots[slot].status;

    *result = queue->slots[slot].result;
    __atomic_store_n(&queue->slots[slot].state, NVME_SLOT_FREE, __ATOMIC_RELEASE);
    return status;
}
