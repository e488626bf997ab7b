// The controller end to end: blocks through every queue, one interrupt for each, contents compared.

#include "drivers/nvme/nvme_selftest.h"
#include "drivers/exercise.h"
#include "drivers/nvme/nvme_read.h"
#include "kernel/core/message.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/runtime/page.h"

enum { BLOCKS_PER_QUEUE = 4, WORDS_PER_BLOCK = DRIVER_BLOCK_SIZE / sizeof(uint64_t) };

#define IMAGE_MARK       UINT64_C(0x58424c414e474953) // "SIGNALBX", word 0 of block 0
#define IMAGE_MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)
#define ARRIVAL_BOUND    WAIT_MILLISECONDS(1000)
#define SURPLUS_BOUND    WAIT_MICROSECONDS(200)

struct run {
    struct nvme_controller *controller;
    struct output *out;
    uint64_t *buffer; // one page
    bool is_generated;
    uint64_t blocks;
    uint64_t interrupts;
    char address[DEVICE_ADDRESS_TEXT];
};

uint64_t nvme_selftest_word(uint64_t block, uint32_t index)
{
    return block == 0 && index == 0 ? IMAGE_MARK : (block << 32 | index) * IMAGE_MULTIPLIER;
}

static enum result check_contents(const struct run *run, uint64_t block)
{
    for (uint32_t i = 0; i < WORDS_PER_BLOCK && run->is_generated; i++) {
        uint64_t expected = nvme_selftest_word(block, i);
        if (run->buffer[i] == expected)
            continue;
        output_format(run->out, "nvme %s: block %llu word %u: 0x%016llx expected, 0x%016llx found\n", run->address,
                      (unsigned long long)block, i, (unsigned long long)expected, (unsigned long long)run->buffer[i]);
        return RESULT_FAILED;
    }
    return RESULT_OK;
}

// The answer may be visible before its interrupt is counted, so the count is waited for.
static enum result check_interrupts(struct run *run, const struct nvme_pair *pair, uint64_t before, uint64_t expected)
{
    enum result result = exercise_await(run->controller->device, pair->message, before + expected, ARRIVAL_BOUND);
    wait_pause(SURPLUS_BOUND);
    uint64_t found = exercise_count(run->controller->device, pair->message) - before;

    run->interrupts += found;
    if (result == RESULT_OK && found == expected)
        return RESULT_OK;
    output_format(run->out, "nvme %s: queue %u: %llu reads, %llu interrupts of message %u\n", run->address,
                  pair->number, (unsigned long long)expected, (unsigned long long)found, pair->message);
    return RESULT_FAILED;
}

static enum result read_one(struct run *run, struct nvme_pair *pair, uint64_t block)
{
    uint64_t before = exercise_count(run->controller->device, pair->message);
    enum result result = nvme_read_block(run->controller, pair, block, run->buffer);

    if (result != RESULT_OK) {
        output_format(run->out, "nvme %s: queue %u: block %llu: %s\n", run->address, pair->number,
                      (unsigned long long)block, result_name(result));
        return RESULT_FAILED;
    }
    run->blocks++;
    if (block == 0)
        run->is_generated = run->buffer[0] == IMAGE_MARK;
    result = check_contents(run, block);
    return result == RESULT_OK ? check_interrupts(run, pair, before, 1) : result;
}

// The blocks are spread over the disk, each read once; the first read of all is of block 0, which tells what the disk
// holds.
static enum result read_all(struct run *run)
{
    struct nvme_controller *controller = run->controller;
    uint64_t total = (uint64_t)(controller->pair_count - 1) * BLOCKS_PER_QUEUE;
    uint64_t stride = controller->space.blocks > total ? controller->space.blocks / total : 1;
    enum result result = RESULT_OK;

    for (uint64_t i = 0; i < total && result == RESULT_OK; i++)
        result = read_one(run, controller->pairs[1 + i / BLOCKS_PER_QUEUE], i * stride % controller->space.blocks);
    return result;
}

static enum result check_queues(const struct run *run)
{
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < run->controller->pair_count; i++) {
        const struct nvme_queue *queue = &run->controller->pairs[i]->queue;
        if (queue->strays == 0 && queue->failures == 0)
            continue;
        output_format(run->out, "nvme %s: queue %u: no failed shot and no stray completion expected, %u and %u found\n",
                      run->address, i, queue->failures, queue->strays);
        result = RESULT_FAILED;
    }
    return result;
}

enum result nvme_selftest_run(struct nvme_controller *controller, struct output *out)
{
    struct run run = {.controller = controller, .out = out};
    struct physical page;

    pci_address_format(controller->device->address, run.address);
    if (controller->space.refusal) {
        output_format(out, "nvme %s: namespace 1 %s: nothing read\n", run.address, controller->space.refusal);
        return RESULT_UNSUPPORTED;
    }
    enum result result = page_allocate(1, 0, &page);
    if (result != RESULT_OK)
        return result;
    run.buffer = page_pointer(page);
    result = read_all(&run);
    // After a time-out the controller is disabled and no longer uses the page.
    page_free(page, 1);
    if (result == RESULT_OK)
        result = check_queues(&run);
    if (result == RESULT_OK)
        output_format(out, "nvme %s: %u queues, %llu blocks read, %llu interrupts, contents %s\n", run.address,
                      controller->pair_count - 1, (unsigned long long)run.blocks, (unsigned long long)run.interrupts,
                      run.is_generated ? "as generated" : "not the generated image's");
    return result;
}
