// Reading 4 KiB blocks of namespace 1 through a chosen queue.

#include "drivers/nvme/nvme_read.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

enum { BOUNCE_PAGE = 2 }; // of a pair's pages

// Can the controller write to the buffer directly? Only in the direct map is its physical address known.
static bool is_direct_page(const void *buffer)
{
    uint64_t address = (uint64_t)(uintptr_t)buffer;

    return address % PAGE_SIZE == 0 && address - PAGE_DIRECT_MAP < PAGE_DIRECT_MAP_SIZE;
}

static struct nvme_command read_command(const struct nvme_controller *controller, uint64_t block, struct physical page)
{
    uint32_t count = controller->space.logical_blocks;

    return nvme_command_read(NVME_NAMESPACE, block * count, count, page);
}

static enum result check_block(const struct nvme_controller *controller, uint64_t block)
{
    char text[DEVICE_ADDRESS_TEXT];

    if (block < controller->space.blocks)
        return RESULT_OK;
    log_warning("nvme %s: block %llu asked for, namespace 1 has %llu",
                pci_address_format(controller->device->address, text), (unsigned long long)block,
                (unsigned long long)controller->space.blocks);
    return controller->space.refusal ? RESULT_NOT_FOUND : RESULT_OUT_OF_BOUNDS;
}

enum result nvme_read_block(struct nvme_controller *controller, struct nvme_pair *pair, uint64_t block, void *buffer)
{
    bool direct = is_direct_page(buffer);
    struct physical bounce = {pair->pages.address + BOUNCE_PAGE * PAGE_SIZE};
    uint32_t answer;
    enum result result = check_block(controller, block);

    if (result != RESULT_OK)
        return result;
    struct nvme_command command = read_command(controller, block, direct ? page_physical(buffer) : bounce);
    result = nvme_controller_run(controller, pair, &command, &answer);
    if (result == RESULT_OK && !direct)
        memcpy(buffer, page_pointer(bounce), DRIVER_BLOCK_SIZE);
    return result;
}

enum result nvme_read_put(struct nvme_controller *controller, struct nvme_pair *pair)
{
    uint32_t slot;
    struct nvme_command command = read_command(controller, 0, controller->scratch);

    return nvme_queue_put(&pair->queue, &command, NVME_SLOT_SHOT, &slot);
}
